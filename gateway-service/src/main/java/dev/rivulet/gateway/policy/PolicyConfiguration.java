// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.settings.LiveSettings;
import dev.rivulet.settings.SettingsBinder;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.policy.enabled", havingValue = "true")
class PolicyConfiguration {

    private static final OffLoop WORK = new OffLoop(Schedulers.parallel());

    private static final LongSupplier NANOS = System::nanoTime;

    /** Reads no name twice: nobody may show one text here and another one to the model. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Bean
    LiveSettings<PolicySettings> policySettings(SettingsBinder binder) {
        return binder.bind(PolicySettings.class);
    }

    /** Those of the settings as they are now. */
    @Bean
    AtomicReference<Policies> policies(LiveSettings<PolicySettings> policySettings) {
        AtomicReference<Policies> policies = new AtomicReference<>(new Policies(policySettings.get()));
        policySettings.onChange(changed -> policies.set(new Policies(changed)));
        return policies;
    }

    @Bean
    RequestFilter requestFilter() {
        return new RequestFilter(JSON);
    }

    @Bean
    PolicyStep policyStep(
            LiveSettings<PolicySettings> policySettings,
            AtomicReference<Policies> policies,
            RequestFilter requests,
            Audit audit,
            MeterRegistry meters) {
        return new PolicyStep(
                policies::get,
                JSON,
                () -> policySettings.get().maxAnswer().toBytes(),
                requests,
                WORK,
                audit,
                meters,
                NANOS);
    }

    @Bean
    JobScreening jobScreening(
            AtomicReference<Policies> policies,
            RequestFilter requests,
            @Qualifier("replicaCaller") Answering replicas,
            Audit audit,
            MeterRegistry meters) {
        return new JobScreening(policies::get, requests, WORK, JSON, replicas, audit, meters, NANOS);
    }
}
