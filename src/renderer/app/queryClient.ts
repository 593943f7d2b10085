// How answers of the backend are kept. They go stale only when the backend says so (project.watch), never by time or focus.
import { MutationCache, QueryClient } from '@tanstack/react-query'
import { notifyError } from '../ui/notify'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Infinity, gcTime: 10 * 60_000, refetchOnWindowFocus: false, retry: false },
    mutations: { retry: false },
  },
  // Mutations that show their own error say so in `meta.showsError`.
  mutationCache: new MutationCache({
    onError(error, _variables, _result, mutation) {
      if (mutation.meta?.showsError !== true) notifyError(error)
    },
  }),
})
