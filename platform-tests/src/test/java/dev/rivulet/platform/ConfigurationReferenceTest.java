// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** docs/configuration-reference.md is what the code says of its settings: a setting without its row fails here. */
class ConfigurationReferenceTest {

    private static final String METADATA = "target/classes/META-INF/spring-configuration-metadata.json";
    private static final Path PAGE = Platform.repository().resolve("docs/configuration-reference.md");

    private static final Set<String> SERVICES = Set.of(
            "config-server", "console", "federation-service", "gateway-service", "inference-service", "model-registry");

    private record Setting(String name, String type, String byDefault, String description) {

        String row() {
            return "| `%s` | %s | %s | %s |".formatted(name, type, byDefault, description.replace("|", "\\|"));
        }
    }

    @Test
    void everySettingOfEveryServiceHasItsRow() throws IOException {
        Map<String, List<Setting>> settings = new TreeMap<>();
        for (Path module : modules()) {
            List<Setting> found = settings(module.resolve(METADATA));
            if (!found.isEmpty()) {
                settings.put(Platform.repository().relativize(module).toString(), found);
            }
        }
        assumeTrue(
                settings.keySet().containsAll(SERVICES),
                "a build with -Dquick does not write settings down; those of " + settings.keySet() + " are");
        assertThat(settings.values().stream().flatMap(List::stream))
                .as("settings without a description: say what they are in the Javadoc of the record (@param)")
                .filteredOn(setting -> setting.description().isEmpty())
                .isEmpty();

        String page = page(settings);
        Path made = Files.writeString(
                Platform.repository().resolve("platform-tests/target/configuration-reference.md"), page);
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("the page is not what the code says: cp "
                        + Platform.repository().relativize(made) + " docs/configuration-reference.md")
                .isEqualTo(page);
    }

    private static List<Path> modules() throws IOException {
        List<Path> modules = new ArrayList<>();
        for (Path folder : List.of(Platform.repository(), Platform.repository().resolve("libs"))) {
            try (Stream<Path> found = Files.list(folder)) {
                found.filter(module -> Files.isRegularFile(module.resolve(METADATA)))
                        .forEach(modules::add);
            }
        }
        return modules;
    }

    private static List<Setting> settings(Path metadata) throws IOException {
        List<Setting> settings = new ArrayList<>();
        for (JsonNode one : Platform.JSON.readTree(Files.readString(metadata)).path("properties")) {
            if (one.path("name").asString().startsWith("rivulet.")) {
                settings.add(new Setting(
                        one.path("name").asString(),
                        type(one.path("type").asString("")),
                        byDefault(one.path("defaultValue")),
                        description(one.path("description").asString(""))));
            }
        }
        settings.sort(Comparator.comparing(Setting::name));
        return settings;
    }

    /** Javadoc's words for Markdown. */
    private static String description(String javadoc) {
        return javadoc.replaceAll("\\s+", " ")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\{@link #?([^} ]*)( [^}]*)?}", "`$1`")
                .strip();
    }

    /** {@code java.util.List<java.lang.String>} is a list of string. */
    private static String type(String type) {
        String plain = type.replaceAll("\\b(?:[a-z0-9_]+\\.)+", "").replace('$', '.');
        String listed = plain.replaceFirst("^List<(.*)>$", "list of $1").replaceFirst("^Set<(.*)>$", "set of $1");
        return listed.replace("<", "‹").replace(">", "›").toLowerCase(Locale.ROOT);
    }

    private static String byDefault(JsonNode value) {
        if (value.isMissingNode()) {
            return "";
        }
        String text = value.isArray()
                ? value.values().stream().map(one -> one.asString("")).collect(Collectors.joining(", "))
                : value.asString("");
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String page(Map<String, List<Setting>> settings) {
        StringBuilder page = new StringBuilder("""
                # Every setting

                Made from the code by `ConfigurationReferenceTest`, which fails where this page and the code differ. How settings reach a
                service, and which follow without a restart: [configuration](configuration.md). A default that is empty here is set in the
                service's `application.yml`, or there is none.
                """);
        settings.forEach((module, rows) -> {
            page.append("\n## ").append(module).append("\n\n| setting | type | default | |\n|---|---|---|---|\n");
            rows.forEach(row -> page.append(row.row()).append('\n'));
        });
        return page.toString();
    }
}
