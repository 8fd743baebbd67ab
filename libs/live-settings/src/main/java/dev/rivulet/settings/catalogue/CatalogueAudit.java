// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.catalogue;

import dev.rivulet.settings.catalogue.Allowed.Size;
import dev.rivulet.settings.catalogue.Allowed.Time;
import dev.rivulet.settings.catalogue.Allowed.WholeNumber;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

/**
 * Says where the catalogue and a record that a service binds differ, for the service's tests: a setting that one has and the other
 * has not, a bound that the record refuses, and a value outside it that the record takes.
 */
public final class CatalogueAudit {

    private final List<LiveSetting> settings;
    private final Class<?> type;
    private final String prefix;
    private final LocalValidatorFactoryBean validator = new LocalValidatorFactoryBean();

    private CatalogueAudit(String application, Class<?> type) {
        ConfigurationProperties annotation =
                Objects.requireNonNull(AnnotationUtils.findAnnotation(type, ConfigurationProperties.class));
        this.type = type;
        this.prefix = annotation.value() + ".";
        this.settings = LiveSettingsCatalogue.ofRivulet().of(application).stream()
                .filter(setting -> setting.key().startsWith(prefix))
                .toList();
        validator.afterPropertiesSet();
    }

    /**
     * @param type a record annotated with {@code @ConfigurationProperties}
     * @param closed components of it that are kept out of the catalogue on purpose
     * @return the differences, one a line; empty if there are none
     */
    public static List<String> differences(String application, Class<?> type, String... closed) {
        CatalogueAudit audit = new CatalogueAudit(application, type);
        List<String> differences = new ArrayList<>(audit.names(Set.of(closed)));
        audit.settings.forEach(setting -> audit.bounds(setting, differences));
        return differences;
    }

    private List<String> names(Set<String> closed) {
        Set<String> bound = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> !closed.contains(name))
                .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed = settings.stream()
                .map(setting -> setting.key().substring(prefix.length()).split("[.{]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
        return bound.equals(listed)
                ? List.of()
                : List.of(prefix + ": the record has " + bound + ", the catalogue " + listed);
    }

    private void bounds(LiveSetting setting, List<String> differences) {
        if (setting.key().contains("{")) {
            return;
        }
        switch (setting.allowed()) {
            case WholeNumber(long least, long most) -> {
                takes(setting, Long.toString(least), differences);
                takes(setting, Long.toString(most), differences);
                refuses(setting, Long.toString(least - 1), differences);
                refuses(setting, Long.toString(most + 1), differences);
            }
            case Time(Duration least, Duration most) -> {
                takes(setting, least.toNanos() + "ns", differences);
                takes(setting, most.toNanos() + "ns", differences);
                refuses(setting, least.minusNanos(1).toNanos() + "ns", differences);
                refuses(setting, most.plusNanos(1).toNanos() + "ns", differences);
            }
            case Size(DataSize least, DataSize most) -> {
                takes(setting, least.toBytes() + "B", differences);
                takes(setting, most.toBytes() + "B", differences);
                refuses(setting, (least.toBytes() - 1) + "B", differences);
                refuses(setting, (most.toBytes() + 1) + "B", differences);
            }
            case Allowed.Flag _ -> {
                takes(setting, "true", differences);
                takes(setting, "false", differences);
                refuses(setting, "perhaps", differences);
            }
            case Allowed.Choice _, Allowed.Fraction _, Allowed.Text _ -> {}
        }
    }

    private void takes(LiveSetting setting, String value, List<String> differences) {
        if (!binds(setting, value)) {
            differences.add(setting.key() + ": the record refuses " + value);
        }
    }

    private void refuses(LiveSetting setting, String value, List<String> differences) {
        if (binds(setting, value)) {
            differences.add(setting.key() + ": the record takes " + value);
        }
    }

    private boolean binds(LiveSetting setting, String value) {
        Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(setting.key(), value)));
        String name = prefix.substring(0, prefix.length() - 1);
        try {
            binder.bind(name, Bindable.of(type), new ValidationBindHandler(validator));
            return true;
        } catch (BindException _) {
            return false;
        }
    }
}
