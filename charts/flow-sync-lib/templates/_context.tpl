{{/*
Reads all that goes in, once, and checks it. Into the dict that it is called with, which has the key root:
  values        the defaults with the chart's values over them
  name          X, the prefix of all names
  environments  dict: file (its name, empty without one), text, own (what it says of this environment)
  flows         dict: shards, digest, files (their number)
  token         whether the Pod speaks with the Kubernetes API
*/}}
{{- define "flow-sync-lib.context" -}}
{{- $values := include "flow-sync-lib.defaults" . | fromYaml -}}
{{- $given := dict -}}
{{- range $key, $value := .root.Values -}}
{{- if not (or (hasPrefix "x-" $key) (eq $key "global") (hasKey $.root.Subcharts $key)) -}}
{{- $_ := set $given $key $value -}}
{{- end -}}
{{- end -}}
{{- include "flow-sync-lib.overlay" (dict "into" $values "from" $given "path" "") -}}
{{- include "flow-sync-lib.misplacedValues" . -}}
{{- $_ := set . "values" $values -}}
{{- $_ := set . "name" ($values.fullnameOverride | default .root.Release.Name) -}}
{{- include "flow-sync-lib.check" . -}}
{{- include "flow-sync-lib.readEnvironments" . -}}
{{- include "flow-sync-lib.readFlows" . -}}
{{- $_ := set . "token" (or $values.lock.enabled $values.state.enabled $values.events.enabled $values.drift.enabled) -}}
{{- $_ := set . "lockNamespace" ($values.lock.namespace | default .root.Release.Namespace) -}}
{{- $_ := set . "secret" ($values.credentials.existingSecret | default (printf "%s-credentials" .name)) -}}
{{- end -}}

{{/*
Lays values over defaults, in place; a key that has no default is refused, null leaves the default. Mappings whose
default is empty are the user's own and are taken whole, and so are requests and limits.
*/}}
{{- define "flow-sync-lib.overlay" -}}
{{- range $key, $value := .from -}}
{{- $path := ternary $key (printf "%s.%s" $.path $key) (eq $.path "") -}}
{{- if not (hasKey $.into $key) -}}
{{- fail (printf "'%s' is no value of this chart. Known there: %s. Own values of a wrapper chart begin with x-." $path (keys $.into | sortAlpha | join ", ")) -}}
{{- end -}}
{{- $default := get $.into $key -}}
{{- if kindIs "invalid" $value -}}
{{- else if not (kindIs "map" $default) -}}
{{- if kindIs "map" $value -}}{{- fail (printf "'%s' takes no mapping." $path) -}}{{- end -}}
{{- $_ := set $.into $key $value -}}
{{- else if not (kindIs "map" $value) -}}
{{- fail (printf "'%s' takes a mapping." $path) -}}
{{- else if or (empty $default) (has $path (list "resources.requests" "resources.limits")) -}}
{{- $_ := set $.into $key $value -}}
{{- else -}}
{{- include "flow-sync-lib.overlay" (dict "into" $default "from" $value "path" $path) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Refuses values below the library's own key: helm takes them, but they would change nothing.
*/}}
{{- define "flow-sync-lib.misplacedValues" -}}
{{- $below := get .root.Values "flow-sync-lib" -}}
{{- if $below -}}
{{- if ne (omit $below "global" | toJson) (include "flow-sync-lib.defaults" . | fromYaml | toJson) -}}
{{- fail "values stand below the key 'flow-sync-lib'. They belong at the root of the values file: 'environment: prod', not 'flow-sync-lib: {environment: prod}'." -}}
{{- end -}}
{{- end -}}
{{- end -}}
