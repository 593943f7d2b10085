// Names the architecture of a checkpoint that is not ours, as far as its tensor names give it away, for error messages.

const FAMILIES: readonly [pattern: RegExp, family: string][] = [
  [/^(resnet\.|backbone\.|model\.|encoder\.)?layer1\.0\.conv1\./, 'a ResNet'],
  [/^visual\.(transformer|conv1|trunk)/, 'a CLIP model'],
  [/^(vit\.)?(embeddings\.patch_embeddings|encoder\.layer\.\d+\.attention)/, 'a vision transformer in the layout of Hugging Face'],
  [/relative_position_bias_table$/, 'a Swin transformer or BEiT'],
  [/^stages\.\d+\.(blocks\.)?\d+\.(conv_dw|dwconv)/, 'a ConvNeXt'],
  [/^(features\.)\d+\.(\d+\.)?(weight|conv)/, 'a convolutional network in the layout of torchvision'],
  [/^_?conv_stem\./, 'an EfficientNet'],
]

/** @returns a phrase such as `it looks like a ResNet (conv1, bn1, layer1, fc)` */
export function describeForeignModel(tensorNames: readonly string[]): string {
  const parts = [...new Set(tensorNames.map((name) => name.split('.')[0] as string))].slice(0, 6).map((part) => part.slice(0, 40))
  const family = FAMILIES.find(([pattern]) => tensorNames.some((name) => pattern.test(name)))?.[1]
  const listed = parts.length > 0 ? ` (its parts: ${parts.join(', ')})` : ''
  return family ? `it looks like ${family}${listed}` : `its tensors are named otherwise${listed}`
}
