// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A process of the platform, in the order in which they are shown. */
public enum Part {
    KAFKA("kafka", "kafka", 7192, "160m", Kind.BROKER),
    POSTGRES("postgres", "postgres", 7132, "", Kind.DATABASE),
    CONFIG_SERVER("config-server", "config", 7105, "128m", Kind.SERVICE),
    MODEL_REGISTRY("model-registry", "registry", 7102, "192m", Kind.SERVICE),
    INFERENCE("inference-service", "inference", 7103, "320m", Kind.SERVICE),
    GATEWAY("gateway-service", "gateway", 7100, "192m", Kind.SERVICE),
    FEDERATION("federation-service", "federation", 7106, "192m", Kind.SERVICE),
    CONSOLE("console", "console", 7101, "192m", Kind.SERVICE);

    /** What kind of process a part is; it decides how it is started and asked for its health. */
    public enum Kind {
        BROKER,
        DATABASE,
        SERVICE
    }

    private static final String LATE_SECOND_COMPILER = "-XX:Tier4InvocationThreshold=50000"
            + " -XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000"
            + " -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining";

    private final String id;
    private final String setting;
    private final int defaultPort;
    private final String defaultHeap;
    private final Kind kind;

    Part(String id, String setting, int defaultPort, String defaultHeap, Kind kind) {
        this.id = id;
        this.setting = setting;
        this.defaultPort = defaultPort;
        this.defaultHeap = defaultHeap;
        this.kind = kind;
    }

    /** The name people and files use, for instance {@code gateway-service}; a service's Maven module has it too. */
    public String id() {
        return id;
    }

    /** First word of this part's settings, for instance {@code gateway} in {@code gateway.port}. */
    public String setting() {
        return setting;
    }

    public int defaultPort() {
        return defaultPort;
    }

    /** Largest Java heap as {@code -Xmx} takes it; empty for a part that is not a JVM. */
    public String defaultHeap() {
        return defaultHeap;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * Options of this part's JVM unless a setting names others. Parts that no token passes never get hot enough to earn back what
     * the second compiler costs at a start; those that tokens pass leave it to what stays hot ten times as long as by default, and
     * do not compile at once what was hot in the run that made their cache.
     */
    public String defaultJavaOptions() {
        return switch (this) {
            case KAFKA, CONFIG_SERVER, MODEL_REGISTRY, FEDERATION, CONSOLE -> "-XX:TieredStopAtLevel=1";
            case INFERENCE, GATEWAY -> LATE_SECOND_COMPILER;
            case POSTGRES -> "";
        };
    }

    /** Whether the first token can be streamed without this part; it is then started after those that stream it. */
    public boolean mayComeLater() {
        return this == FEDERATION || this == CONSOLE;
    }

    /** Finds a part by its id or by the first word of its settings, whatever the case. */
    public static Optional<Part> named(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(part -> part.id.equals(wanted) || part.setting.equals(wanted))
                .findFirst();
    }

    /** Ids of all parts, for messages. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Part::id).toList();
    }
}
