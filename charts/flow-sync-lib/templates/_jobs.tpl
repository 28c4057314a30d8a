{{/*
The Job that Argo CD runs before it applies anything else.
*/}}
{{- define "flow-sync-lib.job" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" . "name" (printf "%s-sync" .c.name) "component" "sync" "wave" "-1" "extra" (include "flow-sync-lib.links" .c.values.links | fromJson)) | nindent 2 }}
spec:
  {{- include "flow-sync-lib.syncSpec" . | nindent 2 }}
{{- end -}}

{{/*
The CronJob that never runs by itself: what changes the Job changes it too, which is what Argo CD notices (it does not compare
hooks), and Jobs are made from it by hand.
*/}}
{{- define "flow-sync-lib.rerun" }}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" . "name" (printf "%s-rerun" .c.name) "component" "rerun" "extra" (include "flow-sync-lib.links" .c.values.links | fromJson)) | nindent 2 }}
spec:
  suspend: true
  schedule: "0 0 1 1 *"
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: {{ int .c.values.rerun.successfulJobsHistoryLimit }}
  failedJobsHistoryLimit: {{ int .c.values.rerun.failedJobsHistoryLimit }}
  jobTemplate:
    spec:
      {{- include "flow-sync-lib.syncSpec" . | nindent 6 }}
{{- end -}}

{{/*
Whether the organisation has all of the files, and of which commit: a run changes it while it has not, and when it has, so
that Argo CD finds something to do after a run that failed half-way, or a sync that failed after a good run, whatever commit
comes next.
*/}}
{{- define "flow-sync-lib.marker" }}
{{- if .c.token }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" . "name" (printf "%s-live" .c.name) "component" "marker") | nindent 2 }}
data:
  complete: "true"
  inputs: {{ include "flow-sync-lib.deployed" .c | quote }}
{{- end }}
{{- end -}}

{{- define "flow-sync-lib.syncSpec" -}}
{{- include "flow-sync-lib.jobSpec" (merge (dict "component" "sync" "args" (concat (list "sync") .c.values.extraArgs) "activeDeadlineSeconds" (int64 .c.values.activeDeadlineSeconds)) .) -}}
{{- end -}}

{{/*
The CronJob that looks for drift, and the ConfigMap that it writes to. The chart makes the ConfigMap without content, so that
Argo CD lists it and its health check can judge it, and does not mind what is written into it.
*/}}
{{- define "flow-sync-lib.drift" }}
{{- $v := .c.values.drift }}
{{- if $v.enabled }}
{{- $status := printf "%s-drift-status" .c.name }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" . "name" $status "component" "drift-status") | nindent 2 }}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" . "name" (printf "%s-drift" .c.name) "component" "drift" "extra" (include "flow-sync-lib.links" .c.values.links | fromJson)) | nindent 2 }}
spec:
  schedule: {{ $v.schedule | quote }}
  timeZone: {{ $v.timeZone | quote }}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 600
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 1
  jobTemplate:
    spec:
      {{- include "flow-sync-lib.jobSpec" (merge (dict "component" "drift" "args" (concat (list "drift" "--status-configmap" $status "--deadline" (include "flow-sync-lib.scalar" $v.deadline)) $v.extraArgs) "activeDeadlineSeconds" (add (int64 $v.deadline) 300)) .) | nindent 6 }}
{{- end }}
{{- end -}}

{{/*
Links that Argo CD shows, as a JSON mapping of annotations.
*/}}
{{- define "flow-sync-lib.links" -}}
{{- $links := dict -}}
{{- range $name, $address := . -}}
{{- $_ := set $links (printf "link.argocd.argoproj.io/%s" $name) $address -}}
{{- end -}}
{{- toJson $links -}}
{{- end -}}
