// Opens the demo project, sets its faces and predictions going where they are missing, and begins the tour.
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { queryClient } from '../../app/queryClient'
import { useTour } from '../../app/tour'
import { client, queries } from '../../bridge/client'

/** `withTour` false only opens the project. */
export function useDemoTour(): { start(withTour?: boolean): void; isPending: boolean; error: unknown } {
  const navigate = useNavigate()
  const open = useMutation({
    async mutationFn(_options: { withTour: boolean }) {
      const info = await client.demo.open({})
      if (info.isWritable) await client.job.predict({ project: info.id })
      return info
    },
    onSuccess(info, { withTour }) {
      void queryClient.invalidateQueries({ queryKey: queries.project.key() })
      void navigate(`/project/${info.id}`)
      if (withTour) useTour.getState().goTo(0)
    },
  })
  const { mutate } = open
  return { start: (withTour = true) => mutate({ withTour }), isPending: open.isPending, error: open.error }
}
