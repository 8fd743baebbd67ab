// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.validation.Validator;

/**
 * Makes {@link LiveSettings} and refreshes them when the configuration changes (after {@code /actuator/refresh} or a refresh
 * over the bus). Declare each as a bean:
 * {@snippet :
 * @Bean
 * LiveSettings<AdmissionSettings> admissionSettings(SettingsBinder binder) {
 *     return binder.bind(AdmissionSettings.class);
 * }
 * }
 */
public final class SettingsBinder {

    private final Environment environment;
    private final Validator validator;
    private final List<LiveSettings<?>> bound = new CopyOnWriteArrayList<>();

    public SettingsBinder(Environment environment, Validator validator) {
        this.environment = environment;
        this.validator = validator;
    }

    /**
     * Binds a record; its Bean Validation constraints and its compact constructor decide what is good.
     *
     * @param type a record annotated with {@code @ConfigurationProperties}
     * @throws org.springframework.boot.context.properties.bind.BindException if the first value is bad: the service doesn't start
     */
    public <T> LiveSettings<T> bind(Class<T> type) {
        ConfigurationProperties annotation = Objects.requireNonNull(
                AnnotationUtils.findAnnotation(type, ConfigurationProperties.class),
                () -> type + " needs @ConfigurationProperties with its prefix");
        String prefix = (String) Objects.requireNonNull(AnnotationUtils.getValue(annotation));
        LiveSettings<T> settings = new LiveSettings<>(
                prefix,
                () -> Binder.get(environment)
                        .bindOrCreate(prefix, Bindable.of(type), new ValidationBindHandler(validator)));
        bound.add(settings);
        return settings;
    }

    /** By the prefix of the settings: why their newest value was not taken. */
    public Map<String, String> refusals() {
        Map<String, String> refusals = new TreeMap<>();
        bound.forEach(settings -> settings.refusal().ifPresent(reason -> refusals.put(settings.prefix(), reason)));
        return refusals;
    }

    /** First of all listeners, so that one which fails can't keep the settings from being read. */
    @EventListener
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void onChange(EnvironmentChangeEvent event) {
        bound.forEach(LiveSettings::refresh);
    }
}
