{{/*
A scalar as text. Helm may read whole numbers as floats, which would be printed as 1e+06.
*/}}
{{- define "flow-sync-lib.scalar" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{- int64 . -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/*
The data and binaryData of a ConfigMap, from a dict of contents by key. Ordinary text stays readable, in kubectl and in
Argo CD's comparison. Everything else goes as base64: what YAML would change or refuse (control characters, line separators, a
byte order mark, what is no UTF-8), and text whose quoting would need more room than base64 does.
*/}}
{{- define "flow-sync-lib.entries" -}}
{{- $text := dict -}}
{{- $binary := dict -}}
{{- range $key, $content := . -}}
{{- $quoted := toJson $content -}}
{{- $plain := regexMatch "\\A[\\t\\n\\r -~\\x{00A0}-\\x{2027}\\x{202A}-\\x{D7FF}\\x{E000}-\\x{FDCF}\\x{FDF0}-\\x{FEFE}\\x{FF00}-\\x{FFFC}\\x{10000}-\\x{1FFFD}]*\\z" $content -}}
{{- if and $plain (le (len $quoted) (add (div (mul (len $content) 4) 3) 4096 | int)) -}}
{{- $_ := set $text $key $quoted -}}
{{- else -}}
{{- $_ := set $binary $key (b64enc $content | quote) -}}
{{- end -}}
{{- end -}}
{{- range $part := list (dict "name" "data" "entries" $text) (dict "name" "binaryData" "entries" $binary) }}
{{- with $part.entries }}
{{ $part.name }}:
  {{- range $key, $quoted := . }}
  {{ $key | quote }}: {{ $quoted }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
