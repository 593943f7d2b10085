// What axe finds on a page that keeps people out. Only that is told in full, and nothing is gathered from other frames, of which there are none: half the time.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'

export interface Finding {
  id: string
  nodes: { html: string; failureSummary: string | undefined }[]
}

/** Serious and critical findings. @param rules all of axe's when absent @param parts selectors; the whole page when absent */
export async function seriousFindings(page: Page, { rules, parts = [] }: { rules?: string[]; parts?: string[] } = {}): Promise<Finding[]> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(true)
  for (const part of parts) axe.include(part)
  if (rules) axe.withRules(rules)
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) }))
}
