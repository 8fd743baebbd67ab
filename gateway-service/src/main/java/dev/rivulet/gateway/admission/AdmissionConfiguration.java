package dev.rivulet.gateway.admission;

import dev.rivulet.settings.LiveSettings;
import dev.rivulet.settings.SettingsBinder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

    @Bean
    LiveSettings<AdmissionSettings> admissionSettings(SettingsBinder binder) {
        return binder.bind(AdmissionSettings.class);
    }

    @Bean
    AdmissionGate admissionGate(LiveSettings<AdmissionSettings> settings, MeterRegistry meters) {
        AdmissionGate gate = new AdmissionGate(settings, System::nanoTime, Schedulers.parallel());
        settings.onChange(changed -> gate.reconsider());
        Gauge.builder("rivulet.gateway.inflight", gate, AdmissionGate::running)
                .description("Requests that run")
                .register(meters);
        Gauge.builder("rivulet.gateway.queue", gate, AdmissionGate::waiting)
                .description("Requests that wait for room")
                .register(meters);
        Gauge.builder("rivulet.gateway.limit", settings, now -> now.get().concurrency())
                .description("Requests that may run at once")
                .register(meters);
        return gate;
    }
}
