package dev.rivulet.registry.changes.kafka;

import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/** The administrator that creates topics; it waits a few seconds for a broker at most. */
@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {

    @Bean
    KafkaAdmin topicAdmin(@Value("${spring.cloud.stream.kafka.binder.brokers}") String brokers) {
        KafkaAdmin admin = new KafkaAdmin(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                3000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                3000,
                "metadata.recovery.strategy",
                "none"));
        admin.setAutoCreate(false);
        admin.setModifyTopicConfigs(true);
        admin.setOperationTimeout(3);
        return admin;
    }
}
