{{/*
ServiceAccount, Roles and RoleBindings, when the Pod speaks with the Kubernetes API at all. Lease, state and run records may
live in another namespace than the release.
*/}}
{{- define "flow-sync-lib.rbac" -}}
{{- $c := .c }}
{{- if $c.token }}
{{- if not $c.values.serviceAccount.name }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" . "name" .prefix "component" "rights" "wave" "-3" "extra" $c.values.serviceAccount.annotations) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}
{{- if $c.values.rbac.create }}
{{- $own := include "flow-sync-lib.ownRules" $c }}
{{- $shared := include "flow-sync-lib.sharedRules" $c }}
{{- if eq $c.lockNamespace $c.root.Release.Namespace }}
{{- include "flow-sync-lib.role" (dict "copy" . "name" .prefix "namespace" $c.root.Release.Namespace "rules" (printf "%s%s" $own $shared)) }}
{{- else }}
{{- include "flow-sync-lib.role" (dict "copy" . "name" .prefix "namespace" $c.root.Release.Namespace "rules" $own) }}
{{- include "flow-sync-lib.role" (dict "copy" . "name" (printf "%s-%s" $c.root.Release.Namespace .prefix) "namespace" $c.lockNamespace "rules" $shared) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "flow-sync-lib.role" -}}
{{- if .rules }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" .copy "name" .name "component" "rights" "wave" "-3" "namespace" .namespace) | nindent 2 }}
rules:
  {{- .rules | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" .copy "name" .name "component" "rights" "wave" "-3" "namespace" .namespace) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ include "flow-sync-lib.account" .copy | quote }}
    namespace: {{ .copy.c.root.Release.Namespace | quote }}
{{- end }}
{{- end -}}

{{/*
The name of the ServiceAccount; the namespace's default one where no token is needed.
*/}}
{{- define "flow-sync-lib.account" -}}
{{- .c.values.serviceAccount.name | default (ternary .prefix "default" .c.token) -}}
{{- end -}}

{{/*
Rights in the release's own namespace.
*/}}
{{- define "flow-sync-lib.ownRules" }}
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [{{ printf "%s-live" .name | quote }}]
  verbs: [patch]
{{- if .values.events.enabled }}
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end }}
{{- if .values.drift.enabled }}
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [{{ printf "%s-drift-status" .name | quote }}]
  verbs: [patch]
{{- end }}
{{- end -}}

{{/*
Rights in the namespace of the Lease. A right to create cannot be bound to names; the others are, when the organisation is
known. Large states have parts with a number, unusable ones are set aside.
*/}}
{{- define "flow-sync-lib.sharedRules" -}}
{{- $organisation := include "flow-sync-lib.organisation" . }}
{{- if .values.lock.enabled }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  {{- with $organisation }}
  resourceNames: [{{ printf "flowsync-%s" . | quote }}]
  {{- end }}
  verbs: [get, update]
{{- end }}
{{- if .values.state.enabled }}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create]
- apiGroups: [""]
  resources: [configmaps]
  {{- with $organisation }}
  resourceNames:
    {{- range $suffix := list "state-%s" "state-%s-1" "state-%s-2" "state-%s-3" "state-%s-4" "state-%s-5" "state-%s-6" "state-%s-7" "state-%s-8" "state-%s-9" "state-%s-set-aside" "runs-%s" "runs-%s-set-aside" }}
    - {{ printf (printf "flowsync-%s" $suffix) $organisation | quote }}
    {{- end }}
  {{- end }}
  verbs: [get, patch]
{{- end }}
{{- end -}}
