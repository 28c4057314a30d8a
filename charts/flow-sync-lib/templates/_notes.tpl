{{/*
What to do next, for the wrapper's NOTES.txt.
*/}}
{{- define "flow-sync-lib.notes" -}}
{{- $c := dict "root" . -}}
{{- include "flow-sync-lib.context" $c -}}
{{- $namespace := .Release.Namespace -}}
Environment '{{ $c.values.environment }}': {{ if eq $c.flows.kind "files" }}{{ $c.flows.files }} flow files in {{ len $c.flows.shards }} ConfigMap(s), {{ end }}digest {{ $c.flows.digest | default "that of the image" }}.

{{ if eq $c.values.hook.phase "PreSync" -}}
The Job '{{ $c.name }}-sync' has run before the rest was applied, or Argo CD runs it at the next sync.
{{- else -}}
The Job '{{ $c.name }}-sync' runs in wave -1 of the phase Sync.
{{- end }}

1. See what it did:
     kubectl --namespace {{ $namespace }} logs job/{{ $c.name }}-sync
   A Job without a Pod tells why in its Events:
     kubectl --namespace {{ $namespace }} describe job {{ $c.name }}-sync
{{- if $c.values.credentials.existingSecret }}
2. The OAuth client comes from the Secret '{{ $c.secret }}', which must be there; for example:
     kubectl --namespace {{ $namespace }} create secret generic {{ $c.secret }} --from-file={{ $c.values.credentials.clientIdKey }}=client_id.txt --from-file={{ $c.values.credentials.clientSecretKey }}=client_secret.txt
{{- else }}
2. The OAuth client comes from the Secret '{{ $c.secret }}', which {{ ternary "the External Secrets operator" "the Sealed Secrets controller" $c.values.credentials.externalSecret.enabled }} makes.
{{- end }}
3. Run it again with the files of the last good sync:
     kubectl --namespace {{ $namespace }} create job --from=cronjob/{{ $c.name }}-rerun {{ $c.name }}-again
   or in Argo CD: the CronJob '{{ $c.name }}-rerun', action "Create Job".
{{- if $c.values.drift.enabled }}
4. What somebody changed in Architect:
     kubectl --namespace {{ $namespace }} get configmap {{ $c.name }}-drift-status --output yaml
{{- end }}
{{ end -}}
