package dev.rivulet.inference.admission;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

    @Bean
    AdmissionGate admissionGate(AdmissionLimits limits, MeterRegistry meters) {
        AdmissionGate gate = new AdmissionGate(limits::queue, System::nanoTime);
        Gauge.builder("rivulet.inference.admitted", gate, AdmissionGate::inside)
                .description("Requests inside, waiting or running")
                .register(meters);
        Gauge.builder("rivulet.inference.admission.limit", limits, AdmissionLimits::queue)
                .description("Requests of one model that may wait")
                .register(meters);
        return gate;
    }
}
