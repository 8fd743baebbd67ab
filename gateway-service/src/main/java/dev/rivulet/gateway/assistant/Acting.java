// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Meaning;
import dev.rivulet.gateway.building.Building;
import dev.rivulet.gateway.building.Buildings;
import dev.rivulet.gateway.building.Command;
import dev.rivulet.gateway.building.Command.What;
import dev.rivulet.gateway.building.Meters;
import dev.rivulet.graph.Stage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Does in the building what is meant, and says what came of it: every number in its sentences is computed here, none by a model. Doors
 * and alarms only after a code that the caller was told and says again.
 */
final class Acting {

    private static final Pattern CONFIRM = Pattern.compile("(?i)^\\W*(?:i )?confirm\\W+(\\d{6})\\W*$");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,4}(?:[.,]\\d{1,2})?");
    private static final String NOTHING = "";
    /** The intents that change something. */
    private static final Set<String> CHANGING = Set.of(
            "climate.set_temperature",
            "climate.warmer",
            "climate.cooler",
            "light.on",
            "light.off",
            "light.dim",
            "light.color",
            "blinds.open",
            "blinds.close",
            "door.lock",
            "door.unlock",
            "alarm.silence");

    private final Buildings buildings;
    private final InstantSource clock;
    private final double least;

    /** @param least confidence of an intent from which on anything is done, 0 to 1 */
    Acting(Buildings buildings, InstantSource clock, double least) {
        this.buildings = buildings;
        this.clock = clock;
        this.least = least;
    }

    /** What came of it, in a sentence; empty where there is nothing to do or to look up. */
    String facts(Stage.Call call) {
        Question question = call.input(Values.QUESTION, Question.class);
        Building building = buildings.of(question.tenant());
        Matcher confirmed = CONFIRM.matcher(question.text());
        if (confirmed.matches()) {
            question.ask().passage().fleeting();
            return building.confirm(confirmed.group(1)).text();
        }
        Meaning meaning = call.optional("meaning", Meaning.class).orElse(Meaning.UNKNOWN);
        String intent = meaning.known(least).orElse("");
        String said = CHANGING.contains(intent)
                ? changed(building, intent, meaning.values())
                : looked(building, intent, meaning.values());
        if (!said.isEmpty()) {
            question.ask().passage().fleeting();
        }
        return said;
    }

    /** Whether this changes anything in the building, or may. @param inputs of the stage, by port */
    boolean acts(Map<String, Object> inputs) {
        String text = ((Question) Objects.requireNonNull(inputs.get(Values.QUESTION))).text();
        Meaning meaning = inputs.get("meaning") instanceof Meaning known ? known : Meaning.UNKNOWN;
        return CONFIRM.matcher(text).matches()
                || CHANGING.contains(meaning.known(least).orElse(""));
    }

    private static String changed(Building building, String intent, Map<String, String> values) {
        String room = values.getOrDefault("room", "");
        String door = values.getOrDefault("door", "");
        return switch (intent) {
            case "climate.set_temperature" ->
                done(building, What.SET_TEMPERATURE, room, number(values.get("temperature")), null);
            case "climate.warmer" -> done(building, What.CHANGE_TEMPERATURE, room, delta(values), null);
            case "climate.cooler" -> done(building, What.CHANGE_TEMPERATURE, room, negative(delta(values)), null);
            case "light.on" -> done(building, What.LIGHT, room, OptionalDouble.of(100), null);
            case "light.off" -> done(building, What.LIGHT, room, OptionalDouble.of(0), null);
            case "light.dim" -> done(building, What.LIGHT, room, number(values.get("level")), null);
            case "light.color" ->
                values.containsKey("color")
                        ? done(building, What.LIGHT_COLOR, room, OptionalDouble.of(0), values.get("color"))
                        : NOTHING;
            case "blinds.open" -> done(building, What.OPEN_BLINDS, room, OptionalDouble.of(0), null);
            case "blinds.close" -> done(building, What.CLOSE_BLINDS, room, OptionalDouble.of(0), null);
            case "door.lock" -> done(building, What.LOCK_DOOR, door, OptionalDouble.of(0), null);
            case "door.unlock" -> done(building, What.UNLOCK_DOOR, door, OptionalDouble.of(0), null);
            case "alarm.silence" ->
                done(building, What.SILENCE_ALARM, values.getOrDefault("floor", ""), OptionalDouble.of(0), null);
            default -> NOTHING;
        };
    }

    private String looked(Building building, String intent, Map<String, String> values) {
        String room = values.getOrDefault("room", "");
        String door = values.getOrDefault("door", "");
        return switch (intent) {
            case "climate.query" -> room.isEmpty() ? NOTHING : temperature(building, room);
            case "door.status" ->
                door.isEmpty() ? NOTHING : door + " is " + (building.isLocked(door) ? "locked" : "unlocked") + ".";
            case "energy.usage" -> usage(values);
            case "energy.compare" -> comparison(values);
            default -> NOTHING;
        };
    }

    private static String done(
            Building building, What what, String where, OptionalDouble value, @Nullable String text) {
        if (where.isEmpty() || value.isEmpty()) {
            return NOTHING;
        }
        try {
            return building.ask(new Command(what, where, value.getAsDouble(), text))
                    .text();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String temperature(Building building, String room) {
        Instant now = clock.instant();
        return String.format(
                Locale.ROOT, "%s is at %.1f degrees.", room, building.room(room).temperatureAt(now));
    }

    private String usage(Map<String, String> values) {
        return meters(values)
                .map(usage -> String.format(Locale.ROOT, "%.0f %s.", usage.amount(), usage.unit()))
                .orElse(NOTHING);
    }

    private String comparison(Map<String, String> values) {
        return meters(values)
                .map(usage -> String.format(
                        Locale.ROOT,
                        "%.0f %s, and %.0f %s in as many days before: %+.1f percent.",
                        usage.amount(),
                        usage.unit(),
                        usage.before(),
                        usage.unit(),
                        usage.change()))
                .orElse(NOTHING);
    }

    private Optional<Meters.Usage> meters(Map<String, String> values) {
        return Meters.usage(values.getOrDefault("meter", ""), values.getOrDefault("period", ""), buildings.today());
    }

    private static OptionalDouble delta(Map<String, String> values) {
        String text = values.get("delta");
        return text == null ? OptionalDouble.of(1) : number(text);
    }

    private static OptionalDouble negative(OptionalDouble value) {
        return value.isPresent() ? OptionalDouble.of(-value.getAsDouble()) : value;
    }

    /** The first number of a text; half where it says so. */
    private static OptionalDouble number(@Nullable String text) {
        if (text == null) {
            return OptionalDouble.empty();
        }
        Matcher number = NUMBER.matcher(text);
        if (number.find()) {
            return OptionalDouble.of(Double.parseDouble(number.group().replace(',', '.')));
        }
        return text.toLowerCase(Locale.ROOT).contains("half") ? OptionalDouble.of(0.5) : OptionalDouble.empty();
    }
}
