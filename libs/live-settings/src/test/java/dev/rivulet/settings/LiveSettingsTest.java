// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class LiveSettingsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(LiveSettingsAutoConfiguration.class))
            .withUserConfiguration(Doors.class);

    @Test
    void a_change_is_seen_without_a_restart_and_told_to_readers() {
        runner.withPropertyValues("doors.limit=3").run(context -> {
            LiveSettings<DoorSettings> settings = settings(context);
            List<Integer> told = new ArrayList<>();
            settings.onChange(next -> told.add(next.limit()));
            assertThat(settings.get()).isEqualTo(new DoorSettings(3, Duration.ofSeconds(1)));

            change(context, Map.of("doors.limit", "7", "doors.hold", "2s"));

            assertThat(settings.get()).isEqualTo(new DoorSettings(7, Duration.ofSeconds(2)));
            assertThat(told).containsExactly(7);
        });
    }

    @Test
    void a_value_of_the_wrong_type_keeps_the_last_good_one_and_names_the_property(CapturedOutput output) {
        refuses(Map.of("doors.limit", "many"), output, "doors.limit", "many");
    }

    @Test
    void a_value_out_of_bounds_keeps_the_last_good_one_and_names_the_property(CapturedOutput output) {
        refuses(Map.of("doors.limit", "0"), output, "doors.limit", "must be greater than or equal to 1");
    }

    @Test
    void a_record_that_refuses_keeps_the_last_good_one_and_says_why(CapturedOutput output) {
        refuses(Map.of("doors.hold", "-1s"), output, "doors", "hold must not be negative");
    }

    @Test
    void after_a_bad_value_a_good_one_is_taken() {
        runner.withPropertyValues("doors.limit=3").run(context -> {
            change(context, Map.of("doors.limit", "0"));
            change(context, Map.of("doors.limit", "9"));
            assertThat(settings(context).get().limit()).isEqualTo(9);
        });
    }

    @Test
    void a_failing_reader_does_not_keep_others_from_being_told() {
        runner.run(context -> {
            List<Integer> told = new ArrayList<>();
            settings(context).onChange(next -> {
                throw new IllegalStateException("broken reader");
            });
            settings(context).onChange(next -> told.add(next.limit()));
            change(context, Map.of("doors.limit", "4"));
            assertThat(told).containsExactly(4);
        });
    }

    @Test
    void a_bad_first_value_stops_the_start() {
        for (String bad : List.of("0", "many")) {
            runner.withPropertyValues("doors.limit=" + bad)
                    .run(context -> assertThat(context)
                            .hasFailed()
                            .getFailure()
                            .rootCause()
                            .isNotNull());
        }
    }

    private void refuses(Map<String, Object> bad, CapturedOutput output, String... reasons) {
        runner.withPropertyValues("doors.limit=3").run(context -> {
            change(context, bad);
            assertThat(settings(context).get()).isEqualTo(new DoorSettings(3, Duration.ofSeconds(1)));
            assertThat(output).contains("are refused, the last good ones stay").contains(reasons);
        });
    }

    @SuppressWarnings("unchecked")
    private static LiveSettings<DoorSettings> settings(ConfigurableApplicationContext context) {
        return context.getBean(LiveSettings.class);
    }

    private static void change(ConfigurableApplicationContext context, Map<String, Object> values) {
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("change", new HashMap<>(values)));
        context.publishEvent(new EnvironmentChangeEvent(context, Set.copyOf(values.keySet())));
    }

    @ConfigurationProperties("doors")
    record DoorSettings(
            @Min(1) @DefaultValue("5") int limit,
            @DefaultValue("1s") Duration hold) {
        DoorSettings {
            if (hold.isNegative()) {
                throw new IllegalArgumentException("hold must not be negative");
            }
        }
    }

    @Configuration
    static class Doors {
        @Bean
        LiveSettings<DoorSettings> doorSettings(SettingsBinder binder) {
            return binder.bind(DoorSettings.class);
        }
    }
}
