// Who codes in this window; labels carry this code.
const KEY = 'auw.coder'

export const rememberedCoder = (): string => localStorage.getItem(KEY) ?? ''
export const rememberCoder = (coder: string): void => localStorage.setItem(KEY, coder)
