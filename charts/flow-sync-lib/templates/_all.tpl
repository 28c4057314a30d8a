{{/*
Everything that the chart makes; a wrapper chart calls it with its own context:
  {{ include "flow-sync-lib.all" . }}

What the Job uses is made twice: once as hooks of earlier waves (prefix X-hook), which the Job reads, and once as
ordinary objects (prefix X), which the CronJob reads. Hooks are recreated at each sync, also at one that then fails, so a
rerun must not lean on them; and ordinary objects come after the hooks, so a first sync has none of them.
*/}}
{{- define "flow-sync-lib.all" -}}
{{- $c := dict "root" . -}}
{{- include "flow-sync-lib.context" $c -}}
{{- include "flow-sync-lib.credentials" $c }}
{{- range $hook := list true false }}
{{- $copy := dict "c" $c "hook" $hook "prefix" (ternary (printf "%s-hook" $c.name) $c.name $hook) }}
{{- include "flow-sync-lib.rbac" $copy }}
{{- include "flow-sync-lib.networkPolicy" $copy }}
{{- include "flow-sync-lib.settings" $copy }}
{{- include "flow-sync-lib.flows" $copy }}
{{- if $hook }}
{{- include "flow-sync-lib.job" $copy }}
{{- else }}
{{- include "flow-sync-lib.rerun" $copy }}
{{- include "flow-sync-lib.marker" $copy }}
{{- include "flow-sync-lib.drift" $copy }}
{{- end }}
{{- end }}
{{- end -}}
