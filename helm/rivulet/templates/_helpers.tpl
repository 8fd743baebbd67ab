{{/* Names and labels. A component is one of the services: gateway, inference, ... */}}
{{- define "rivulet.name" -}}
{{- $release := .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- if contains "rivulet" $release }}{{ $release }}{{ else }}{{ printf "%s-rivulet" $release }}{{ end -}}
{{- end }}

{{- define "rivulet.selector" -}}
app.kubernetes.io/name: rivulet
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "rivulet.labels" -}}
{{ include "rivulet.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: rivulet
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "rivulet.secret" -}}
{{ .Values.secrets.existingSecret | default (printf "%s-secrets" (include "rivulet.name" .)) }}
{{- end }}

{{- define "rivulet.image" -}}
{{- $image := .root.Values.image -}}
{{- $path := printf "%s/%s:%s" $image.repository .image ($image.tag | default .root.Chart.AppVersion) -}}
{{ if $image.registry }}{{ printf "%s/%s" $image.registry $path }}{{ else }}{{ $path }}{{ end }}
{{- end }}

{{- define "rivulet.url" -}}
http://{{ include "rivulet.name" .root }}-{{ .component }}{{ if .port }}:{{ .port }}{{ end }}
{{- end }}

{{- define "rivulet.kafka" -}}
{{- $own := printf "%s-kafka:9092" (include "rivulet.name" .) -}}
{{- if .Values.kafka.strimzi.enabled -}}
{{- if .Values.kafka.bootstrapServers }}{{ fail "kafka.bootstrapServers names brokers of yours and kafka.strimzi makes some: set one of them" }}{{ end -}}
{{- $own = printf "%s-kafka-kafka-bootstrap:9093" (include "rivulet.name" .) -}}
{{- end -}}
{{ .Values.kafka.bootstrapServers | default $own }}
{{- end }}

{{- define "rivulet.database" -}}
{{ .Values.postgresql.url | default (printf "jdbc:postgresql://%s-postgresql:5432/registry" (include "rivulet.name" .)) }}
{{- end }}

{{- define "rivulet.federationDatabase" -}}
{{- $own := .Values.federation.databaseUrl }}
{{- if and .Values.postgresql.url (not $own) }}{{ fail "federation.databaseUrl is needed beside postgresql.url: make a database for the federation there, or set federation.enabled to false" }}{{ end -}}
{{ $own | default (printf "jdbc:postgresql://%s-postgresql:5432/federation" (include "rivulet.name" .)) }}
{{- end }}

{{- define "rivulet.fromSecret" -}}
- name: {{ .name }}
  valueFrom: { secretKeyRef: { name: {{ include "rivulet.secret" .root }}, key: {{ .key }} } }
{{- end }}

{{/* What every pod has: nobody's privileges, no token of the cluster, no variables made from other services' names. */}}
{{- define "rivulet.pod" -}}
serviceAccountName: {{ include "rivulet.name" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "rivulet.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* What every service is told. */}}
{{- define "rivulet.env" -}}
- { name: SERVER_ADDRESS, value: 0.0.0.0 }
- { name: SERVER_PORT, value: "8080" }
- { name: JAVA_OPTIONS, value: {{ .values.javaOptions | quote }} }
- { name: RIVULET_KAFKA, value: {{ include "rivulet.kafka" .root | quote }} }
- { name: RIVULET_KAFKA_API_TIMEOUT_MS, value: "10000" }
- { name: RIVULET_CONFIG_URL, value: {{ include "rivulet.url" (dict "root" .root "component" "config-server" "port" 8080) }} }
{{ include "rivulet.fromSecret" (dict "root" .root "name" "RIVULET_INTERNAL_TOKEN" "key" "internal-token") }}
{{- include "rivulet.kafkaSecurity" . }}
{{- with .root.Values.tracing.endpoint }}
- { name: MANAGEMENT_TRACING_EXPORT_OTLP_ENABLED, value: "true" }
- { name: MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- with .values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* As whom a service connects to the brokers; each has a user of its own name, whose ACLs deploy/kafka/acls makes. */}}
{{- define "rivulet.kafkaUser" -}}
{{ get (dict "gateway" "gateway-service" "inference" "inference-service" "federation" "federation-service") . | default . }}
{{- end }}

{{- define "rivulet.kafkaSecurity" -}}
{{- $security := .root.Values.kafka.security }}
{{- $user := include "rivulet.kafkaUser" .component }}
{{- if .root.Values.kafka.strimzi.enabled }}
{{- $name := printf "%s-%s" (include "rivulet.name" .root) $user }}
- { name: RIVULET_KAFKA_PROTOCOL, value: SASL_SSL }
- { name: RIVULET_KAFKA_MECHANISM, value: SCRAM-SHA-512 }
- { name: RIVULET_KAFKA_USER, value: {{ $name }} }
# The operator makes this Secret with the user.
- name: RIVULET_KAFKA_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $name }}, key: password } }
- { name: RIVULET_KAFKA_CA, value: /etc/rivulet/kafka/ca.crt }
- { name: RIVULET_KAFKA_REPLICAS, value: {{ min 3 .root.Values.kafka.strimzi.replicas | quote }} }
{{- else if ne $security.protocol "PLAINTEXT" }}
{{- if not .root.Values.kafka.bootstrapServers }}{{ fail "kafka.security is for your own brokers: set kafka.bootstrapServers; the trial broker has none" }}{{ end }}
- { name: RIVULET_KAFKA_PROTOCOL, value: {{ $security.protocol }} }
{{- if hasPrefix "SASL" $security.protocol }}
- { name: RIVULET_KAFKA_MECHANISM, value: {{ $security.mechanism }} }
- { name: RIVULET_KAFKA_USER, value: {{ get $security.users $user | default $user | quote }} }
- name: RIVULET_KAFKA_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ required "kafka.security.passwordSecret names the Secret of the passwords" $security.passwordSecret }}, key: {{ $user }} } }
{{- end }}
{{- if $security.caSecret }}
- { name: RIVULET_KAFKA_CA, value: /etc/rivulet/kafka/ca.crt }
{{- end }}
{{- end }}
{{- end }}

{{/* The authority of the brokers as a file. */}}
{{- define "rivulet.kafkaCa" -}}
{{- if .Values.kafka.strimzi.enabled -}}
{{ include "rivulet.name" . }}-kafka-cluster-ca-cert
{{- else -}}
{{ .Values.kafka.security.caSecret }}
{{- end -}}
{{- end }}

{{- define "rivulet.kafkaMount" -}}
{{- if include "rivulet.kafkaCa" . }}
- { name: kafka-ca, mountPath: /etc/rivulet/kafka, readOnly: true }
{{- end }}
{{- end }}

{{- define "rivulet.kafkaVolume" -}}
{{- with include "rivulet.kafkaCa" . }}
- { name: kafka-ca, secret: { secretName: {{ . }}, items: [{ key: ca.crt, path: ca.crt }] } }
{{- end }}
{{- end }}

{{/* Alive: the process answers. Ready: it can serve. The first start may take a while on a slow machine. */}}
{{- define "rivulet.probes" -}}
startupProbe:
  httpGet: &probe { path: /actuator/health/liveness, port: http, httpHeaders: [{ name: Host, value: localhost }] }
  periodSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet: *probe
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /actuator/health/readiness, port: http, httpHeaders: [{ name: Host, value: localhost }] }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
lifecycle:
  # Endpoints forget a pod a moment after it is told to end.
  preStop: { sleep: { seconds: 5 } }
{{- end }}

{{/* The one container of a service. */}}
{{- define "rivulet.container" -}}
name: {{ .component }}
image: {{ include "rivulet.image" (dict "root" .root "image" .image) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
ports:
  - { name: http, containerPort: 8080 }
  {{- with .flower }}
  - { name: flower, containerPort: {{ .port }} }
  {{- end }}
{{ include "rivulet.containerSecurity" . }}
{{ include "rivulet.probes" . }}
{{- end }}

{{- define "rivulet.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "rivulet.name" .root }}-{{ .component }}
  labels: {{ include "rivulet.labels" . | nindent 4 }}
spec:
  type: {{ .type | default "ClusterIP" }}
  selector: {{ include "rivulet.selector" . | nindent 4 }}
  ports:
    - { name: http, port: {{ .port | default 8080 }}, targetPort: http }
    {{- with .flower }}
    - { name: flower, port: {{ .port }}, targetPort: flower }
    {{- end }}
{{- end }}

{{/* Replicas of one component on different nodes, and in different zones, where there are some. */}}
{{- define "rivulet.spread" -}}
topologySpreadConstraints:
  {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "rivulet.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}

{{/* The port of a URL such as https://host:8443/path, or of its scheme; .default where there is none. */}}
{{- define "rivulet.port" -}}
{{- $port := regexFind ":[0-9]+" (regexReplaceAll "^[a-z:]*://" .url "" | splitList "/" | first) | trimPrefix ":" -}}
{{ $port | default .default }}
{{- end }}

{{/* The hosts that are let in from outside, each as "host component port". */}}
{{- define "rivulet.ways" -}}
{{- $hosts := .Values.hosts -}}
{{- if $hosts.gateway }}{{ $hosts.gateway }} gateway {{ .Values.gateway.service.port }}{{ "\n" }}{{ end -}}
{{- if and $hosts.console .Values.console.enabled }}{{ $hosts.console }} console {{ .Values.console.service.port }}{{ "\n" }}{{ end -}}
{{- if and $hosts.federation .Values.federation.enabled }}{{ $hosts.federation }} federation {{ .Values.federation.service.port }}{{ "\n" }}{{ end -}}
{{- end }}
