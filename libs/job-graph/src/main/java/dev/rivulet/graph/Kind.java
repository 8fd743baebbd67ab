// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of stage: what it takes and gives, as far as a graph can be checked by it.
 *
 * @param name as graphs name it
 * @param ports what it takes, by the name of the port
 * @param gives the type of its value, such as {@code text}
 * @param needsModel whether a stage of this kind must name a model
 * @param streams whether its value comes in parts, which readers are told as they come and no other stage can take
 * @param literal makes a value of a text in the configuration; null if values of this kind can't be written down
 * @param again what becomes of it where its job is begun again; one that comes in parts runs anew
 */
public record Kind(
        String name,
        Map<String, Port> ports,
        String gives,
        boolean needsModel,
        boolean streams,
        @Nullable Function<String, Object> literal,
        Again again) {

    public Kind {
        Objects.requireNonNull(again);
        if (streams && !(again instanceof Again.Anew)) {
            throw new IllegalArgumentException("the kind '" + name + "' comes in parts, which are not kept");
        }
        Objects.requireNonNull(name);
        Objects.requireNonNull(gives);
        ports = Map.copyOf(ports);
    }

    /** One that runs anew. */
    public Kind(
            String name,
            Map<String, Port> ports,
            String gives,
            boolean needsModel,
            boolean streams,
            @Nullable Function<String, Object> literal) {
        this(name, ports, gives, needsModel, streams, literal, Again.ANEW);
    }

    /** The same kind, of which this becomes where its job is begun again. */
    public Kind with(Again other) {
        return new Kind(name, ports, gives, needsModel, streams, literal, other);
    }

    /**
     * What a stage takes at one place.
     *
     * @param type of the value
     * @param required whether the stage can't run without it
     */
    public record Port(String type, boolean required) {

        public static Port of(String type) {
            return new Port(type, true);
        }

        public static Port optional(String type) {
            return new Port(type, false);
        }
    }
}
