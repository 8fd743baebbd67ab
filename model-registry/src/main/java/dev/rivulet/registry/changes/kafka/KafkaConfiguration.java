package dev.rivulet.registry.changes.kafka;

import dev.rivulet.kafka.KafkaConnections;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.kafka.core.KafkaAdmin;

/** The administrator that creates topics; it waits a few seconds for a broker at most. */
@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {

    @Bean
    KafkaAdmin topicAdmin(Environment environment) {
        Map<String, Object> settings = KafkaConnections.settings(environment);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 3000);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3000);
        settings.put("metadata.recovery.strategy", "none");
        KafkaAdmin admin = new KafkaAdmin(settings);
        admin.setAutoCreate(false);
        admin.setModifyTopicConfigs(true);
        admin.setOperationTimeout(3);
        return admin;
    }
}
