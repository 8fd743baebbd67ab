// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.catalogue;

import dev.rivulet.settings.catalogue.Allowed.Choice;
import dev.rivulet.settings.catalogue.Allowed.Flag;
import dev.rivulet.settings.catalogue.Allowed.Fraction;
import dev.rivulet.settings.catalogue.Allowed.Size;
import dev.rivulet.settings.catalogue.Allowed.Text;
import dev.rivulet.settings.catalogue.Allowed.Time;
import dev.rivulet.settings.catalogue.Allowed.WholeNumber;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/**
 * The settings that may be published, by application: an allow-list. What isn't here is refused, so no key of Spring or of a Kafka
 * client can come this way. {@link CatalogueAudit} says where it differs from a record
 * that a service binds.
 */
public final class LiveSettingsCatalogue {

    /** The name that stands for every application. */
    public static final String EVERY_APPLICATION = "application";

    private static final int LONGEST_VALUE = 4_000;
    private static final Allowed LEVEL = new Choice(List.of("trace", "debug", "info", "warn", "error", "off"));
    private static final Allowed QUIET_LEVEL = new Choice(List.of("info", "warn", "error", "off"));

    private record Entry(LiveSetting setting, Pattern pattern) {}

    private final Map<String, List<Entry>> byApplication = new TreeMap<>();

    private LiveSettingsCatalogue(Map<String, List<LiveSetting>> settings) {
        settings.forEach((application, its) -> {
            List<Entry> entries = new ArrayList<>();
            its.forEach(setting -> entries.add(new Entry(setting, setting.pattern())));
            // Levels below info of libraries write down what must not be logged: headers with tokens, bodies with
            // prompts.
            entries.add(entry("logging.level.dev.rivulet", LEVEL));
            entries.add(entry("logging.level.dev.rivulet{logger}", LEVEL));
            entries.add(entry("logging.level.root", QUIET_LEVEL));
            entries.add(entry("logging.level{logger}", QUIET_LEVEL));
            byApplication.put(application, List.copyOf(entries));
        });
    }

    /** The settings of Rivulet's services. */
    public static LiveSettingsCatalogue ofRivulet() {
        Map<String, List<LiveSetting>> settings = new TreeMap<>();
        settings.put(EVERY_APPLICATION, List.of());
        settings.put("console", List.of());
        settings.put("federation-service", List.of());
        List<LiveSetting> gateway = new ArrayList<>(gatewayAdmission());
        gateway.addAll(gatewayPolicy());
        settings.put("gateway-service", gateway);
        settings.put("inference-service", List.of(count("rivulet.admission.queue", 0, 100_000)));
        settings.put("model-registry", registryLimits());
        return new LiveSettingsCatalogue(settings);
    }

    public Set<String> applications() {
        return Collections.unmodifiableSet(byApplication.keySet());
    }

    /** The settings of one application, log levels included; empty for an application that is not known. */
    public List<LiveSetting> of(String application) {
        return byApplication.getOrDefault(application, List.of()).stream()
                .map(Entry::setting)
                .toList();
    }

    /** Whether {@code value} may be published under {@code key}. */
    public Verdict check(String application, String key, String value) {
        Optional<LiveSetting> known = byApplication.getOrDefault(application, List.of()).stream()
                .filter(entry -> entry.pattern().matcher(key).matches())
                .map(Entry::setting)
                .findFirst();
        if (known.isEmpty()) {
            return new Verdict.Refused("It is no setting that " + application
                    + " changes while it runs. GET /api/config/catalogue names those that are; spell it as there. What a "
                    + "service reads at its start alone belongs into its environment or a file.");
        }
        if (value.contains("${") || value.contains("#{")) {
            return new Verdict.Refused(
                    "A placeholder or an expression (${…}, #{…}) is not published: give the value itself.");
        }
        if (value.length() > LONGEST_VALUE || value.chars().anyMatch(Character::isISOControl)) {
            return new Verdict.Refused(
                    "A value has at most " + LONGEST_VALUE + " characters and no control characters.");
        }
        if (value.startsWith("{cipher}")) {
            return new Verdict.Refused(
                    "Give the value as it is and say that it is a secret: config-server encrypts it.");
        }
        Allowed allowed = known.get().allowed();
        return allowed.permits(value) ? new Verdict.Good() : new Verdict.Refused("It must be " + allowed.rule() + ".");
    }

    private static List<LiveSetting> gatewayAdmission() {
        return List.of(
                count("rivulet.admission.concurrency", 1, 100_000),
                setting("rivulet.admission.adaptive", new Flag()),
                count("rivulet.admission.initial-concurrency", 1, 100_000),
                count("rivulet.admission.least-concurrency", 1, 100_000),
                count("rivulet.admission.headroom", 0, 100),
                time("rivulet.admission.replica-queue", Duration.ofMillis(1), Duration.ofMinutes(1)),
                count("rivulet.admission.queue", 0, 100_000),
                count("rivulet.admission.key-queue", 0, 100_000),
                time("rivulet.admission.max-wait", Duration.ZERO, Duration.ofMinutes(10)),
                time("rivulet.admission.aging", Duration.ofMillis(1), Duration.ofMinutes(10)));
    }

    /** That a policy names a filter which exists is seen by the gateway alone: it keeps its last good policies and says why. */
    private static List<LiveSetting> gatewayPolicy() {
        String filter = "rivulet.policy.filters{name}.";
        Allowed action = new Choice(List.of("flag", "redact", "block"));
        return List.of(
                setting("rivulet.policy.default-policy", new Text(100)),
                setting("rivulet.policy.keys{name}", new Text(100)),
                setting("rivulet.policy.policies{name}.input{name}", action),
                setting("rivulet.policy.policies{name}.output{name}", action),
                setting("rivulet.policy.max-answer", new Size(DataSize.ofBytes(1), DataSize.ofMegabytes(64))),
                setting(filter + "patterns{index}", new Text(LONGEST_VALUE)),
                setting(filter + "pii{index}", new Choice(List.of("email", "phone", "iban", "card", "ip"))),
                setting(filter + "names{index}", new Text(100)),
                count(filter + "longest", 1, 4_096),
                setting(filter + "replacement", new Text(100)),
                setting(filter + "classifier.model", new Text(200)),
                setting(filter + "classifier.labels{index}", new Text(100)),
                setting(filter + "classifier.score", new Fraction(BigDecimal.ZERO, BigDecimal.ONE)),
                count(filter + "classifier.window", 16, 8_192));
    }

    private static List<LiveSetting> registryLimits() {
        return List.of(
                count("rivulet.catalog.max-models", 1, Integer.MAX_VALUE),
                count("rivulet.catalog.max-files", 1, 10_000),
                count("rivulet.catalog.max-tags", 0, 1_000),
                count("rivulet.catalog.max-aliases", 1, 1_000),
                count("rivulet.catalog.max-event-bytes", 1_000, Integer.MAX_VALUE));
    }

    private static Entry entry(String key, Allowed allowed) {
        LiveSetting setting = setting(key, allowed);
        return new Entry(setting, setting.pattern());
    }

    private static LiveSetting count(String key, long least, long most) {
        return setting(key, new WholeNumber(least, most));
    }

    private static LiveSetting time(String key, Duration least, Duration most) {
        return setting(key, new Time(least, most));
    }

    private static LiveSetting setting(String key, Allowed allowed) {
        return new LiveSetting(key, allowed);
    }
}
