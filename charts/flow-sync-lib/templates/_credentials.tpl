{{/*
The object that an operator makes the Secret from. It is a hook, since the Job needs the Secret at the first sync; so Argo CD
recreates it at each sync, and the Secret must not go with it: neither kind owns its Secret here. Argo CD waits until the
operator reports that the Secret is there.
*/}}
{{- define "flow-sync-lib.credentials" -}}
{{- $v := .values.credentials -}}
{{- $copy := dict "c" . "hook" true "prefix" .name -}}
{{- if $v.externalSecret.enabled }}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" $copy "name" .secret "component" "credentials" "wave" "-4") | nindent 2 }}
spec:
  refreshInterval: {{ $v.externalSecret.refreshInterval | quote }}
  secretStoreRef:
    name: {{ $v.externalSecret.storeName | quote }}
    kind: {{ $v.externalSecret.storeKind | quote }}
  target:
    name: {{ .secret | quote }}
    creationPolicy: Orphan
    deletionPolicy: Retain
  data:
    {{- range $entry := list (dict "key" $v.clientIdKey "remote" $v.externalSecret.clientId) (dict "key" $v.clientSecretKey "remote" $v.externalSecret.clientSecret) }}
    - secretKey: {{ $entry.key | quote }}
      remoteRef:
        key: {{ $entry.remote.key | quote }}
        {{- with $entry.remote.property }}
        property: {{ . | quote }}
        {{- end }}
    {{- end }}
{{- end }}
{{- if $v.sealedSecret.enabled }}
{{- $scopes := dict "strict" dict "namespace-wide" (dict "sealedsecrets.bitnami.com/namespace-wide" "true") "cluster-wide" (dict "sealedsecrets.bitnami.com/cluster-wide" "true") }}
{{- if not (hasKey $scopes $v.sealedSecret.scope) }}
{{- fail (printf "'credentials.sealedSecret.scope: %v' is not known: use strict, namespace-wide or cluster-wide." $v.sealedSecret.scope) }}
{{- end }}
{{- $scope := get $scopes $v.sealedSecret.scope }}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" $copy "name" .secret "component" "credentials" "wave" "-4" "extra" $scope) | nindent 2 }}
spec:
  encryptedData:
    {{ $v.clientIdKey | quote }}: {{ $v.sealedSecret.clientId | quote }}
    {{ $v.clientSecretKey | quote }}: {{ $v.sealedSecret.clientSecret | quote }}
  template:
    metadata:
      name: {{ .secret | quote }}
      namespace: {{ .root.Release.Namespace | quote }}
      annotations:
        {{- include "flow-sync-lib.texts" (merge (dict "sealedsecrets.bitnami.com/managed" "true" "sealedsecrets.bitnami.com/skip-set-owner-references" "true") $scope) | nindent 8 }}
{{- end }}
{{- end -}}
