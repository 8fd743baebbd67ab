// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import dev.rivulet.settings.LiveSettings;
import dev.rivulet.settings.SettingsBinder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

    private static final int TICK_MILLIS = 250;

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
                .description("Requests of one model that may run at once, at most")
                .register(meters);
        return gate;
    }

    @Bean(destroyMethod = "dispose")
    Disposable admissionTick(AdmissionGate gate, MeterRegistry meters) {
        MultiGauge limits = MultiGauge.builder("rivulet.gateway.model.limit")
                .description("Requests of a model that may run at once now")
                .register(meters);
        return Schedulers.parallel()
                .schedulePeriodically(() -> tick(gate, limits), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void tick(AdmissionGate gate, MultiGauge limits) {
        gate.lookOver();
        // Known rows stay as they are and are read when asked for: to replace them would double them for whoever reads
        // meanwhile.
        limits.register(
                gate.models().stream()
                        .map(model -> MultiGauge.Row.of(Tags.of("model", model), () -> gate.limit(model)))
                        .toList(),
                false);
    }
}
