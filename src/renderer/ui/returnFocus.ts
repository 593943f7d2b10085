// Where the focus goes when a dialog closes whose opener is gone, such as an item of a menu: to what had it before. Leaves out openers that are still there.

/** Elements that had the focus lately, the last one last. */
const lately: HTMLElement[] = []
const REMEMBERED = 6

function remember(element: HTMLElement): void {
  const before = lately.indexOf(element)
  if (before >= 0) lately.splice(before, 1)
  lately.push(element)
  if (lately.length > REMEMBERED) lately.shift()
}

document.addEventListener('focusin', ({ target }) => {
  if (!(target instanceof HTMLElement)) return
  // A menu that the pointer opened takes the focus without its button ever having had it.
  const button = document.getElementById(target.closest('[role="menu"]')?.getAttribute('aria-labelledby') ?? '')
  if (button) remember(button)
  remember(target)
})

/** The last element outside of `closing` that had the focus and can have it again; null where there is none. */
export function earlierFocus(closing: HTMLElement | null): HTMLElement | null {
  const isUsable = (element: HTMLElement): boolean =>
    element.isConnected && element !== document.body && closing?.contains(element) !== true && element.checkVisibility()
  return lately.findLast(isUsable) ?? null
}
