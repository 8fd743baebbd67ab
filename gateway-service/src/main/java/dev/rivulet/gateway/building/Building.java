// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.building;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A building whose rooms warm up and cool down towards what they are set to. Doors and alarms change only by a code that was told
 * before. A place that was never named before is there with its defaults, up to a limit. Safe for use by many threads.
 */
public final class Building {

    private static final int MOST_PLACES = 500;
    private static final int MOST_PENDING = 16;
    private static final int CODES = 1_000_000;
    private static final Duration GOOD_FOR = Duration.ofMinutes(2);
    /** A room has come two thirds of the way in this time. */
    private static final double INERTIA_SECONDS = 1_200;

    private static final double DEFAULT_TEMPERATURE = 20.5;

    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, Room> rooms = new TreeMap<>();
    private final Map<String, Boolean> locked = new TreeMap<>();
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    private record Pending(Command command, Instant until) {}

    /**
     * A room.
     *
     * @param temperature degrees Celsius at {@code since}
     * @param target what it is set to
     * @param light percent
     */
    public record Room(
            double temperature,
            double target,
            Instant since,
            int light,
            @Nullable String color,
            boolean blindsOpen) {

        /** Its temperature at a time. */
        public double temperatureAt(Instant now) {
            double seconds = Math.max(0, Duration.between(since, now).toMillis() / 1e3);
            return target + (temperature - target) * Math.exp(-seconds / INERTIA_SECONDS);
        }
    }

    /** @param random draws codes that nobody is to guess */
    public Building(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** Does what needs no confirmation, and asks for one of the rest. */
    public synchronized Outcome ask(Command command) {
        String key = Command.key(command.where());
        boolean known = rooms.containsKey(key) || locked.containsKey(key);
        if (!known && rooms.size() + locked.size() >= MOST_PLACES) {
            return new Outcome.Refused("The building has no room for another place.");
        }
        if (!command.what().needsConfirmation()) {
            return done(command);
        }
        Instant now = clock.instant();
        pending.values().removeIf(one -> one.until().isBefore(now));
        if (pending.size() >= MOST_PENDING) {
            pending.remove(pending.keySet().iterator().next());
        }
        String code = "%06d".formatted(random.nextInt(CODES));
        pending.put(code, new Pending(command, now.plus(GOOD_FOR)));
        return new Outcome.ToConfirm(
                code, "Say \"confirm " + code + "\" within two minutes to " + phrase(command) + ".");
    }

    /** Does what was asked for with this code. */
    public synchronized Outcome confirm(String code) {
        Pending asked = pending.remove(code);
        if (asked == null || asked.until().isBefore(clock.instant())) {
            return new Outcome.Refused("Nothing waits for the code " + code + ". Ask again for what is to be done.");
        }
        return done(asked.command());
    }

    private Outcome done(Command command) {
        String where = command.where();
        return switch (command.what()) {
            case SET_TEMPERATURE -> heated(where, room -> command.value());
            case CHANGE_TEMPERATURE -> heated(where, room -> Math.clamp(room.target() + command.value(), 10, 30));
            case LIGHT -> {
                change(
                        where,
                        room -> new Room(
                                room.temperature(),
                                room.target(),
                                room.since(),
                                (int) Math.round(command.value()),
                                room.color(),
                                room.blindsOpen()));
                yield new Outcome.Done("The light in " + where + " is at " + Math.round(command.value()) + " percent.");
            }
            case LIGHT_COLOR -> {
                change(
                        where,
                        room -> new Room(
                                room.temperature(),
                                room.target(),
                                room.since(),
                                Math.max(room.light(), 50),
                                command.text(),
                                room.blindsOpen()));
                yield new Outcome.Done("The light in " + where + " is " + command.text() + ".");
            }
            case OPEN_BLINDS -> blinds(where, true);
            case CLOSE_BLINDS -> blinds(where, false);
            case LOCK_DOOR -> door(where, true);
            case UNLOCK_DOOR -> door(where, false);
            case SILENCE_ALARM -> new Outcome.Done("The alarm on " + where + " is silent.");
        };
    }

    private Outcome heated(String where, Function<Room, Double> target) {
        Instant now = clock.instant();
        Room room = change(
                where,
                before -> new Room(
                        before.temperatureAt(now),
                        target.apply(before),
                        now,
                        before.light(),
                        before.color(),
                        before.blindsOpen()));
        return new Outcome.Done(String.format(
                Locale.ROOT, "%s is at %.1f degrees and goes to %.1f.", where, room.temperatureAt(now), room.target()));
    }

    private Outcome blinds(String where, boolean open) {
        change(
                where,
                room -> new Room(room.temperature(), room.target(), room.since(), room.light(), room.color(), open));
        return new Outcome.Done("The blinds in " + where + " are " + (open ? "open" : "closed") + ".");
    }

    private Outcome door(String where, boolean lock) {
        locked.put(Command.key(where), lock);
        return new Outcome.Done(where + " is " + (lock ? "locked" : "unlocked") + ".");
    }

    private Room change(String where, Function<Room, Room> how) {
        Room room = how.apply(room(where));
        rooms.put(Command.key(where), room);
        return room;
    }

    /** A room as it is now. */
    public synchronized Room room(String where) {
        Room room = rooms.get(Command.key(where));
        return room == null ? new Room(DEFAULT_TEMPERATURE, DEFAULT_TEMPERATURE, clock.instant(), 0, null, true) : room;
    }

    /** Whether a door is locked; one that nobody has touched is. */
    public synchronized boolean isLocked(String door) {
        return locked.getOrDefault(Command.key(door), true);
    }

    /** The rooms that were ever changed, by name. */
    public synchronized Map<String, Room> rooms() {
        return new TreeMap<>(rooms);
    }

    /** The doors that were ever changed, by name, and whether each is locked. */
    public synchronized Map<String, Boolean> doors() {
        return new TreeMap<>(locked);
    }

    private static String phrase(Command command) {
        return switch (command.what()) {
            case LOCK_DOOR -> "lock " + command.where();
            case UNLOCK_DOOR -> "unlock " + command.where();
            case SILENCE_ALARM -> "silence the alarm on " + command.where();
            default -> command.what().word().replace('_', ' ');
        };
    }
}
