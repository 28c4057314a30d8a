{{/*
The ConfigMap with the config file and the file that declares environments.
*/}}
{{- define "flow-sync-lib.settings" }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" . "name" (printf "%s-settings" .prefix) "component" "settings" "wave" "-2" "serverSide" true) | nindent 2 }}
{{- include "flow-sync-lib.settingsData" .c | trim | nindent 0 }}
{{- end -}}

{{/*
Its content; its digest stands in the Pod's template, so that a change of it starts a run.
*/}}
{{- define "flow-sync-lib.settingsData" -}}
{{- $files := dict "config.yaml" (include "flow-sync-lib.config" .) -}}
{{- with .environments.file -}}
{{- $_ := set $files . $.environments.text -}}
{{- end -}}
{{- include "flow-sync-lib.entries" $files -}}
{{- end -}}

{{- define "flow-sync-lib.config" -}}
{{- $v := .values -}}
{{- $config := dict
  "environment" $v.environment
  "workspace" "/etc/flowsync/workspace"
  "flowsDir" "/etc/flowsync/flows"
  "credentialsDir" "/etc/flowsync/credentials"
  "confirm" "true"
  "deadline" $v.deadline
  "grace" $v.grace
  "lock" (ternary "lease" "none" $v.lock.enabled)
  "lockNamespace" .lockNamespace
  "lockTimeout" $v.lock.timeout
  "state" (ternary "configmap" "none" $v.state.enabled)
  "events" $v.events.enabled
-}}
{{- if .token -}}
{{- $_ := set $config "marker" (printf "%s-live" .name) -}}
{{- end -}}
{{- if and (eq .flows.kind "image") $v.flows.image.folder -}}
{{- $_ := set $config "flowsDir" (printf "/etc/flowsync/flows/%s" (trimAll "/" $v.flows.image.folder)) -}}
{{- end -}}
{{- range $key, $value := $v.settings -}}
{{- if kindIs "slice" $value -}}
{{- $texts := list -}}
{{- range $value -}}{{- $texts = append $texts (include "flow-sync-lib.scalar" .) -}}{{- end -}}
{{- $_ := set $config $key $texts -}}
{{- else -}}
{{- $_ := set $config $key $value -}}
{{- end -}}
{{- end -}}
{{- range $key, $value := $config -}}
{{ $key }}: {{ if kindIs "slice" $value }}{{ toJson $value }}{{ else }}{{ include "flow-sync-lib.scalar" $value | toJson }}{{ end }}
{{ end -}}
{{- end -}}
