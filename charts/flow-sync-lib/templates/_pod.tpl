{{/*
The specification of a Job, from {c, hook, prefix, args}. Nothing in it depends on hook but the two names.

No second Pod after a failure (a run ends with its reason, and Argo CD decides about another one), except where the first was
evicted. No time to live: Argo CD would miss a Job that went away.
*/}}
{{- define "flow-sync-lib.jobSpec" -}}
{{- $v := .c.values -}}
backoffLimit: 0
activeDeadlineSeconds: {{ .activeDeadlineSeconds }}
podFailurePolicy:
  rules:
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
template:
  metadata:
    labels:
      {{- $labels := fromYaml (include "flow-sync-lib.selector" .c) }}
      {{- $_ := set $labels "app.kubernetes.io/component" .component }}
      {{- include "flow-sync-lib.texts" (merge $labels $v.podLabels) | nindent 6 }}
    annotations:
      {{- include "flow-sync-lib.texts" (merge (dict "checksum/inputs" (include "flow-sync-lib.inputs" .c | sha256sum)) $v.podAnnotations) | nindent 6 }}
  spec:
    {{- include "flow-sync-lib.podSpec" . | nindent 4 }}
{{- end -}}

{{/*
What starts a run without standing in the Pod's specification: what is mounted, and what only hooks carry.
*/}}
{{- define "flow-sync-lib.inputs" -}}
{{- include "flow-sync-lib.settingsData" . -}}
{{- include "flow-sync-lib.credentials" . -}}
{{- .values.hook.phase -}}
{{- end -}}

{{/*
What a good run brings about: flows and settings. The Pod is told, and says it in the ConfigMap X-live, which is rendered
with the same.
*/}}
{{- define "flow-sync-lib.deployed" -}}
{{- printf "sha256:%s" (list .flows.digest .values.flows.image.reference (include "flow-sync-lib.settingsData" .) | toJson | sha256sum) -}}
{{- end -}}

{{- define "flow-sync-lib.podSpec" -}}
{{- $c := .c -}}
{{- $v := $c.values -}}
restartPolicy: Never
serviceAccountName: {{ include "flow-sync-lib.account" . | quote }}
automountServiceAccountToken: {{ $c.token }}
enableServiceLinks: false
terminationGracePeriodSeconds: {{ int64 $v.terminationGracePeriodSeconds }}
securityContext:
  runAsNonRoot: true
  {{- if $v.securityContext.setIds }}
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- range $key := list "imagePullSecrets" "nodeSelector" "tolerations" "affinity" "priorityClassName" "runtimeClassName" }}
{{- with get $v $key }}
{{ $key }}: {{ toJson . }}
{{- end }}
{{- end }}
containers:
  - name: sync
    image: {{ include "flow-sync-lib.image" $v.image | quote }}
    imagePullPolicy: {{ $v.image.pullPolicy | quote }}
    args: {{ toJson .args }}
    env:
      {{- include "flow-sync-lib.env" . | nindent 6 }}
    {{- with $v.extraEnvFrom }}
    envFrom: {{ toJson . }}
    {{- end }}
    {{- with $v.resources }}
    resources: {{ toJson . }}
    {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    terminationMessagePolicy: FallbackToLogsOnError
    volumeMounts:
      - {name: settings, mountPath: /etc/flowsync/settings, readOnly: true}
      - {name: settings, mountPath: /etc/flowsync/workspace, readOnly: true}
      - {name: flows, mountPath: /etc/flowsync/flows, readOnly: true}
      - {name: credentials, mountPath: /etc/flowsync/credentials, readOnly: true}
      - {name: tmp, mountPath: /tmp}
      {{- if $v.ca.existingConfigMap }}
      - {name: ca, mountPath: /etc/flowsync/ca, readOnly: true}
      {{- end }}
      {{- range $v.extraVolumeMounts }}
      - {{ toJson . }}
      {{- end }}
volumes:
  {{- include "flow-sync-lib.volumes" . | nindent 2 }}
{{- end -}}

{{- define "flow-sync-lib.image" -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (include "flow-sync-lib.scalar" .tag) -}}
{{- end -}}
{{- end -}}

{{- define "flow-sync-lib.env" -}}
{{- $v := .c.values -}}
- {name: FLOWSYNC_CONFIG, value: /etc/flowsync/settings/config.yaml}
- {name: EXPECTED_FLOWS_DIGEST, value: {{ .c.flows.digest | quote }}}
{{- if .c.token }}
- {name: FLOWSYNC_MARKER_INPUTS, value: {{ include "flow-sync-lib.deployed" .c | quote }}}
{{- end }}
- {name: FLOWSYNC_POD_NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}
- {name: FLOWSYNC_POD_NAMESPACE, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}}
- {name: FLOWSYNC_POD_UID, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.uid}}}
- {name: FLOWSYNC_JOB_NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: "metadata.labels['batch.kubernetes.io/job-name']"}}}
- {name: FLOWSYNC_JOB_UID, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']"}}}
{{- with $v.region }}
- {name: GENESYSCLOUD_REGION, value: {{ . | quote }}}
{{- end }}
{{- with $v.proxy.https }}
- {name: HTTPS_PROXY, value: {{ . | quote }}}
{{- end }}
{{- with $v.proxy.http }}
- {name: HTTP_PROXY, value: {{ . | quote }}}
{{- end }}
{{- if or $v.proxy.https $v.proxy.http }}
- {name: NO_PROXY, value: {{ list "$(KUBERNETES_SERVICE_HOST)" "localhost" "127.0.0.1" $v.proxy.noProxy | compact | join "," | quote }}}
{{- end }}
{{- if $v.ca.existingConfigMap }}
- {name: REQUESTS_CA_BUNDLE, value: /etc/flowsync/ca/ca.crt}
- {name: SSL_CERT_FILE, value: /etc/flowsync/ca/ca.crt}
{{- end }}
{{- range $v.extraEnv }}
- {{ toJson . }}
{{- end }}
{{- end -}}

{{- define "flow-sync-lib.volumes" -}}
{{- $c := .c -}}
{{- $v := $c.values -}}
- name: settings
  configMap:
    name: {{ printf "%s-settings" .prefix | quote }}
- name: flows
  {{- if eq $c.flows.kind "image" }}
  image:
    reference: {{ $v.flows.image.reference | quote }}
    pullPolicy: {{ $v.flows.image.pullPolicy | quote }}
  {{- else if eq $c.flows.kind "configMap" }}
  configMap:
    name: {{ $v.flows.existingConfigMap | quote }}
  {{- else }}
  projected:
    sources:
      {{- range $number, $_ := $c.flows.shards }}
      - configMap:
          name: {{ printf "%s-flows-%d" $.prefix $number | quote }}
      {{- end }}
  {{- end }}
- name: credentials
  secret:
    secretName: {{ $c.secret | quote }}
    optional: true
    items:
      - {key: {{ $v.credentials.clientIdKey | quote }}, path: client_id}
      - {key: {{ $v.credentials.clientSecretKey | quote }}, path: client_secret}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- with $v.ca.existingConfigMap }}
- name: ca
  configMap:
    name: {{ . | quote }}
    items:
      - {key: {{ $v.ca.key | quote }}, path: ca.crt}
{{- end }}
{{- range $v.extraVolumes }}
- {{ toJson . }}
{{- end }}
{{- end -}}
