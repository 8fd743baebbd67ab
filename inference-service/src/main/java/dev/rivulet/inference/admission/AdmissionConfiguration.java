// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.admission;

import dev.rivulet.settings.LiveSettings;
import dev.rivulet.settings.SettingsBinder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

    @Bean
    LiveSettings<AdmissionProperties> admissionSettings(SettingsBinder binder) {
        return binder.bind(AdmissionProperties.class);
    }

    @Bean
    AdmissionGate admissionGate(LiveSettings<AdmissionProperties> settings, MeterRegistry meters) {
        AdmissionGate gate = new AdmissionGate(() -> settings.get().queue(), System::nanoTime);
        Gauge.builder("rivulet.inference.admitted", gate, AdmissionGate::inside)
                .description("Requests inside, waiting or running")
                .register(meters);
        Gauge.builder(
                        "rivulet.inference.admission.limit",
                        settings,
                        live -> live.get().queue())
                .description("Requests of one model that may wait")
                .register(meters);
        return gate;
    }
}
