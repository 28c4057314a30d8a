{{/*
What the Pods may reach. A network policy knows addresses and ports, no host names: HTTPS goes to every address. Those of hook
and rerun select the same Pods and say the same, so that it does not matter which of them is there.
*/}}
{{- define "flow-sync-lib.networkPolicy" -}}
{{- $c := .c }}
{{- $v := $c.values }}
{{- if $v.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" . "name" .prefix "component" "network" "wave" "-3") | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "flow-sync-lib.selector" $c | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress:
    - ports:
        {{- range $v.networkPolicy.dnsPorts }}
        - {port: {{ int . }}, protocol: UDP}
        - {port: {{ int . }}, protocol: TCP}
        {{- end }}
    - ports:
        {{- range include "flow-sync-lib.ports" $c | fromJsonArray }}
        - {port: {{ int . }}, protocol: TCP}
        {{- end }}
    {{- with $v.networkPolicy.extraEgress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end -}}

{{/*
The TCP ports, as a JSON list: HTTPS, the API server, proxies, other hosts of the platform, hosts of the trunk guard.
*/}}
{{- define "flow-sync-lib.ports" -}}
{{- $ports := list 443 -}}
{{- if .token -}}
{{- $ports = concat $ports .values.networkPolicy.apiServerPorts -}}
{{- end -}}
{{- range $address := list .values.proxy.https .values.proxy.http (get .values.settings "apiBase") (get .values.settings "loginBase") -}}
{{- with $address -}}
{{- $url := urlParse . -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "80" "443" (eq $url.scheme "http")) -}}
{{- $ports = append $ports $port -}}
{{- end -}}
{{- end -}}
{{- $ports = concat $ports (include "flow-sync-lib.trunkPorts" . | fromJsonArray) -}}
{{- $numbers := list -}}
{{- range $ports -}}{{- $numbers = append $numbers (int . | printf "%05d") -}}{{- end -}}
{{- $unique := list -}}
{{- range $numbers | uniq | sortAlpha -}}{{- $unique = append $unique (trimPrefix "0" . | trimPrefix "0" | trimPrefix "0" | trimPrefix "0") -}}{{- end -}}
{{- toJson $unique -}}
{{- end -}}
