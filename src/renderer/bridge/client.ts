// The typed client of the contract and its query helpers. Everything the renderer asks of the backend goes through here.
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import type { Contract } from '@shared/contract'
import { Connection } from './connection'

export const connection = new Connection()

export const client: ContractRouterClient<Contract> = createORPCClient(connection)

/** `queries.video.list.queryOptions({ input })` and so on, for react-query. */
export const queries = createTanstackQueryUtils(client)
