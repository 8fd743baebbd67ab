// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a user may set, from the environment ({@code RIVULET_GATEWAY_PORT}) or from {@code rivulet.properties}
 * ({@code gateway.port}); the environment wins.
 */
public final class Settings {
    private static final Pattern HEAP = Pattern.compile("[1-9][0-9]{0,5}[kKmMgG]");
    private static final int DEFAULT_CONTROLLER_PORT = 7193;
    private static final int MOST_SECONDS = 3600;

    private final Map<String, String> environment;
    private final Map<String, String> file;
    private final Path source;

    private Settings(Map<String, String> environment, Map<String, String> file, Path source) {
        this.environment = environment;
        this.file = file;
        this.source = source;
    }

    /** Reads the settings of a home; a missing file means defaults. */
    public static Settings of(RivuletHome home, Map<String, String> environment) {
        Properties properties = new Properties();
        if (Files.exists(home.settingsFile())) {
            try (Reader reader = Files.newBufferedReader(home.settingsFile(), StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + home.settingsFile(), e);
            }
        }
        Map<String, String> file = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> file.put(name, properties.getProperty(name)));
        Settings settings = new Settings(environment, file, home.settingsFile());
        settings.refuseUnknownNames();
        return settings;
    }

    /** Port of a part on the loopback address; 0 asks for any free one. */
    public int port(Part part) {
        return port(part.setting() + ".port", part.defaultPort());
    }

    /** Port on which the broker's controller listens; 0 asks for any free one. */
    public int controllerPort() {
        return port("kafka.controller-port", DEFAULT_CONTROLLER_PORT);
    }

    /** Largest Java heap of a part, as {@code -Xmx} takes it. */
    public String heap(Part part) {
        String name = part.setting() + ".heap";
        String value = get(name, part.defaultHeap());
        if (!HEAP.matcher(value).matches()) {
            throw new UsageException(where(name) + "=" + value + " is not a heap size: give a number and a unit, as in "
                    + part.defaultHeap() + ".");
        }
        return value;
    }

    /** More options for a part's JVM, separated by blanks. */
    public List<String> javaOptions(Part part) {
        String value =
                get(part.setting() + ".java-options", part.defaultJavaOptions()).strip();
        return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
    }

    /** How long one part may take to be ready. */
    public Duration startTimeout() {
        String value = get("start-timeout-seconds", "180");
        return Duration.ofSeconds(number("start-timeout-seconds", value, 1, MOST_SECONDS));
    }

    /** Whether ahead-of-time caches are made and used. */
    public boolean aotCache() {
        String value = get("aot-cache", "on");
        return switch (value) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw new UsageException(where("aot-cache") + "=" + value + " is neither on nor off.");
        };
    }

    /** Where unpacked services and their caches are kept. */
    public Path aotFolder(RivuletHome home) {
        String value = get("aot-folder", "");
        return value.isBlank() ? home.path().resolve("aot") : Path.of(value).toAbsolutePath();
    }

    /** Name of the environment variable that sets {@code name}. */
    public static String variable(String name) {
        return "RIVULET_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private int port(String name, int byDefault) {
        return number(name, get(name, Integer.toString(byDefault)), 0, 65_535);
    }

    private int number(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw new UsageException(where(name) + "=" + value + " is not a number from " + least + " to " + most + ".");
    }

    private String get(String name, String byDefault) {
        String set = environment.get(variable(name));
        return set != null ? set : file.getOrDefault(name, byDefault);
    }

    private String where(String name) {
        return environment.containsKey(variable(name)) ? variable(name) : source + ": " + name;
    }

    private void refuseUnknownNames() {
        List<String> known = names();
        file.keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new UsageException(
                    source + ": there is no setting " + name + ". Known are " + String.join(", ", known) + ".");
        });
    }

    /** Names of all settings. */
    public static List<String> names() {
        Stream<String> ports = Stream.of(Part.values()).map(part -> part.setting() + ".port");
        Stream<String> jvms = Stream.of(Part.values())
                .filter(part -> part.kind() != Part.Kind.DATABASE)
                .flatMap(part -> Stream.of(part.setting() + ".heap", part.setting() + ".java-options"));
        Stream<String> others = Stream.of("kafka.controller-port", "start-timeout-seconds", "aot-cache", "aot-folder");
        return Stream.of(ports, jvms, others).flatMap(names -> names).sorted().toList();
    }
}
