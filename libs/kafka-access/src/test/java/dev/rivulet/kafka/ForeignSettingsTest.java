// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignSettingsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spring.kafka.properties.sasl.jaas.config",
                "spring.kafka.properties[sasl.jaas.config]",
                "spring.kafka.properties.sasl.oauthbearer.token.endpoint.url",
                "spring.kafka.consumer.properties.sasl.oauthbearer.jwks.endpoint.url",
                "spring.kafka.jaas.login-module",
                "spring.kafka.ssl.trust-store-location",
                "spring.kafka.security.protocol",
                "spring.kafka.producer.properties.interceptor.classes",
                "spring.cloud.stream.kafka.binder.configuration.sasl.jaas.config",
                "spring.cloud.stream.kafka.binder.configuration[sasl.client.callback.handler.class]",
                "spring.cloud.stream.kafka.binder.jaas.options.username",
                "spring.cloud.stream.kafka.bindings.springCloudBusInput.consumer.configuration.config.providers",
                "spring.cloud.stream.kafka.default.producer.configuration.metric.reporters",
                "spring.cloud.stream.kafka.bindings.x.consumer.configuration.value.deserializer",
                "spring.cloud.stream.binders.other.environment.spring.kafka.properties.ssl.truststore.location",
                "SPRING_CLOUD_STREAM_KAFKA_BINDER_CONFIGURATION_SASL_JAAS_CONFIG",
                "rivulet.kafka.security.protocol",
                "rivulet.kafka.security.password"
            })
    void whatMakesAClientLogInTrustOrLoadAClassIsForItsOperatorAlone(String name) {
        assertThat(ForeignSettings.refused(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spring.cloud.stream.kafka.binder.brokers",
                "spring.cloud.stream.kafka.binder.configuration.request.timeout.ms",
                "spring.cloud.stream.kafka.binder.configuration.metadata.recovery.strategy",
                "spring.cloud.stream.binding-retry-interval",
                "spring.cloud.bus.env.enabled",
                "rivulet.admission.queue",
                "logging.level.org.apache.kafka.clients.security"
            })
    void whatConfigServerSaysTodayIsNot(String name) {
        assertThat(ForeignSettings.refused(name)).isFalse();
    }
}
