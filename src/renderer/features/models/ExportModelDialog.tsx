// Writes a model to a file for other programs: safetensors or ONNX, and says how far the written file was found to agree.
import { useMutation } from '@tanstack/react-query'
import { formatBytes } from '@shared/formatBytes'
import type { ModelSummary } from '@shared/model'
import { useState } from 'react'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { windowApi } from '../../bridge/windowApi'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { ChoiceField, SwitchField } from '../../ui/Field'
import { FolderField } from '../../ui/FolderField'
import { notify } from '../../ui/notify'
import { modelCardStrings } from './modelCardStrings'

const t = strings.training
type Format = 'safetensors' | 'onnx'

export function ExportModelDialog({ project, model, onClose }: { project: string; model: ModelSummary; onClose(): void }) {
  const [format, setFormat] = useState<Format>('safetensors')
  const [file, setFile] = useState<string | null>(null)
  const [isHalf, setHalf] = useState(false)
  const write = useMutation(
    queries.training.exportModel.mutationOptions({
      meta: { showsError: true },
      onSuccess({ fileName, bytes, worstError }) {
        notify(t.exportDone(fileName, formatBytes(bytes), worstError === null ? null : worstError.toExponential(1)))
        onClose()
      },
    }),
  )
  return (
    <Dialog
      title={t.exportTitle(model.name)}
      description={t.exportText[format]}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button
            tone="primary"
            disabled={!file}
            isBusy={write.isPending}
            onClick={() => file && write.mutate({ project, modelId: model.id, format, isHalf: format === 'safetensors' && isHalf, file })}
          >
            {t.exportModel}
          </Button>
        </>
      }
    >
      <div className="stack">
        <ChoiceField
          label={strings.exporting.format}
          hint={t.exportFormatHints[format]}
          value={format}
          onChange={(event) => {
            setFormat(event.target.value as Format)
            setFile(null)
          }}
        >
          {(['safetensors', 'onnx'] as const).map((one) => (
            <option key={one} value={one}>
              {t.exportFormats[one]}
            </option>
          ))}
        </ChoiceField>
        {format === 'safetensors' ? (
          <SwitchField label={modelCardStrings.halfSize} hint={modelCardStrings.halfSizeHint} isOn={isHalf} onChange={setHalf} />
        ) : null}
        <FolderField
          key={format}
          label={t.exportFile}
          hint={t.exportFileHint}
          pick={async () => (await windowApi()?.pickFiles(`save-${format}`))?.[0] ?? null}
          onChange={setFile}
        />
        {write.isError ? <ErrorPanel error={write.error} /> : null}
      </div>
    </Dialog>
  )
}
