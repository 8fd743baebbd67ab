// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.onnx.device.Device;
import dev.rivulet.engine.onnx.device.Provider;
import dev.rivulet.modelpackage.graph.Half;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a process grants ONNX Runtime, beside the options of each model.
 *
 * @param memoryLimit most bytes that one model may take, weights, cache and logits together
 * @param spinning whether the threads of a step wait by spinning: quicker steps, but who spins takes a core: long spins slow
 *     steps down sharply when other processes compete for the cores
 * @param quantisedLimit most bytes of quantised forms that a folder keeps
 * @param device where decoders run; empty for the engine's own way on the processor
 */
public record OnnxSettings(long memoryLimit, Spinning spinning, long quantisedLimit, Optional<Device> device) {

    /** System property of the memory limit, in bytes or with a suffix K, M or G. */
    public static final String MEMORY_LIMIT = "rivulet.engine.onnx.memory-limit";

    /** System property of {@link Spinning}: {@code auto}, {@code on} or {@code off}. */
    public static final String SPINNING = "rivulet.engine.onnx.spinning";

    /** System property of the limit of kept quantised forms, in bytes or with a suffix K, M or G. */
    public static final String QUANTISED_LIMIT = "rivulet.engine.onnx.quantised-limit";

    /** System property of the device that decoders run on: {@code none}, {@code cuda}, or {@code cpu} for the same calls on the processor. */
    public static final String DEVICE = "rivulet.engine.onnx.device";

    /** System property of the numbers of a device: {@code f16} or {@code bf16}. */
    public static final String HALF = "rivulet.engine.onnx.half";

    private static final long QUANTISED_DEFAULT = 20L << 30;
    private static final double SHARE_OF_MEMORY = 0.8;

    /** Whether waiting threads spin. */
    public enum Spinning {
        /** For a millisecond while the threads of a step leave the JVM a core, else for ten microseconds. */
        AUTO,
        /** As long as ONNX Runtime has it. */
        ON,
        OFF;

        int micros(int threads, int cores) {
            return switch (this) {
                case AUTO -> threads < cores ? StepThreads.WITH_CORES_LEFT : StepThreads.WITH_NO_CORE_LEFT;
                case ON -> StepThreads.UNBOUNDED;
                case OFF -> 0;
            };
        }
    }

    public OnnxSettings {
        if (memoryLimit < 1 || quantisedLimit < 1) {
            throw new IllegalArgumentException(
                    "limits must be above 0, were " + memoryLimit + " and " + quantisedLimit);
        }
    }

    /** Keeps quantised forms of up to 20 GiB. */
    public OnnxSettings(long memoryLimit, Spinning spinning) {
        this(memoryLimit, spinning, QUANTISED_DEFAULT, Optional.empty());
    }

    /** Settings from system properties; 80 % of the memory of the machine or container, and {@link Spinning#AUTO}. */
    public static OnnxSettings ofSystem() {
        return of(name -> System.getProperty(name, ""), memoryOfMachine());
    }

    /** What the threads of a step are granted. */
    StepThreads threads(int count) {
        return new StepThreads(
                count, spinning.micros(count, Runtime.getRuntime().availableProcessors()));
    }

    /** The same without a device. */
    OnnxSettings onProcessor() {
        return new OnnxSettings(memoryLimit, spinning, quantisedLimit, Optional.empty());
    }

    static OnnxSettings of(UnaryOperator<String> properties, long memoryOfMachine) {
        String limit = properties.apply(MEMORY_LIMIT).strip();
        String spinning = properties.apply(SPINNING).strip();
        String quantised = properties.apply(QUANTISED_LIMIT).strip();
        return new OnnxSettings(
                limit.isEmpty() ? (long) (memoryOfMachine * SHARE_OF_MEMORY) : bytes(MEMORY_LIMIT, limit),
                spinning.isEmpty() ? Spinning.AUTO : spinning(spinning),
                quantised.isEmpty() ? QUANTISED_DEFAULT : bytes(QUANTISED_LIMIT, quantised),
                device(properties.apply(DEVICE).strip(), properties.apply(HALF).strip()));
    }

    private static Optional<Device> device(String device, String half) {
        Half numbers = named(Half.class, HALF, half.isEmpty() ? "f16" : half);
        return device.isEmpty() || device.equalsIgnoreCase("none")
                ? Optional.empty()
                : Optional.of(new Device(named(Provider.class, DEVICE, device), numbers));
    }

    private static <E extends Enum<E>> E named(Class<E> kind, String property, String text) {
        try {
            return Enum.valueOf(kind, text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            String known = Arrays.toString(kind.getEnumConstants()).toLowerCase(Locale.ROOT);
            throw new IllegalArgumentException(property + " is one of " + known + ", was " + text, e);
        }
    }

    private static Spinning spinning(String text) {
        try {
            return Spinning.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(SPINNING + " must be auto, on or off, was " + text, e);
        }
    }

    private static long bytes(String property, String text) {
        int unit = "KMG".indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
        String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
        try {
            return Math.multiplyExact(Long.parseLong(digits), 1L << (10 * (unit + 1)));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    property + " must be a number of bytes such as 2G, 512M or 1073741824, was " + text, e);
        }
    }

    private static long memoryOfMachine() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return system.getTotalMemorySize();
    }
}
