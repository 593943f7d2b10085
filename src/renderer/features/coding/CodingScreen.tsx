// Where coding happens.
export default function CodingScreen() {
  return null
}
