// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Drawn;
import dev.rivulet.gateway.assistant.Values.Meaning;
import dev.rivulet.gateway.assistant.Values.Reading;
import dev.rivulet.gateway.assistant.Values.Seen;
import dev.rivulet.gateway.building.Building;
import dev.rivulet.gateway.building.Buildings;
import dev.rivulet.gateway.pictures.DrawPicture;
import dev.rivulet.gateway.pictures.PicturePart;
import dev.rivulet.gateway.pictures.PicturePart.Tone;
import dev.rivulet.gateway.pictures.PictureTool;
import dev.rivulet.graph.Stage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Has the tool draw a picture for an answer: the room or the door that is meant as it is now, and the gauge that was seen. Numbers and
 * states are those of the building and of the reading; no word of a model stands in it.
 */
final class Illustrating {

    private static final Pattern ASKED = Pattern.compile("(?i)\\b(draw|sketch|picture|show|plan|diagram)\\b");
    private static final int WIDTH = 480;
    private static final int HEIGHT = 300;
    private static final int LONGEST = 80;
    private static final double COLDEST = 10;
    private static final double WARMEST = 30;

    private final PictureTool tool;
    private final Buildings buildings;
    private final InstantSource clock;
    private final DrawPicture.Format format;
    private final Scheduler drawers;

    /** @param drawers where pictures are drawn; a bounded one */
    Illustrating(
            PictureTool tool, Buildings buildings, InstantSource clock, DrawPicture.Format format, Scheduler drawers) {
        this.tool = tool;
        this.buildings = buildings;
        this.clock = clock;
        this.format = format;
        this.drawers = drawers;
    }

    /** A picture where one is asked for or came with the question, and there is something to show. */
    Mono<Drawn> drawn(Stage.Call call) {
        Question question = call.input(Values.QUESTION, Question.class);
        if (question.senses().isEmpty() && !ASKED.matcher(question.text()).find()) {
            return Mono.just(Drawn.NOTHING);
        }
        List<PicturePart> parts = parts(call, question);
        if (parts.isEmpty()) {
            return Mono.just(Drawn.NOTHING);
        }
        question.ask().passage().fleeting();
        return Mono.fromCallable(
                        () -> new Drawn(tool.draw(new DrawPicture(title(parts), format, WIDTH, HEIGHT, parts))))
                .subscribeOn(drawers);
    }

    private List<PicturePart> parts(Stage.Call call, Question question) {
        Building building = buildings.of(question.tenant());
        Meaning meaning = call.optional("meaning", Meaning.class).orElse(Meaning.UNKNOWN);
        List<PicturePart> parts = new ArrayList<>();
        call.optional("seen", Seen.class)
                .flatMap(Seen::reading)
                .ifPresent(reading -> parts.add(gauge("In the picture", reading)));
        String room = meaning.values().getOrDefault("room", "");
        if (!room.isEmpty()) {
            Building.Room now = building.room(room);
            parts.add(new PicturePart.Gauge(
                    cut(room), round(now.temperatureAt(clock.instant())), COLDEST, WARMEST, "°C", null));
            parts.add(states(now));
        }
        String door = meaning.values().getOrDefault("door", "");
        if (!door.isEmpty()) {
            boolean locked = building.isLocked(door);
            parts.add(new PicturePart.States(List.of(new PicturePart.Row(
                    cut(door), locked ? "locked" : "unlocked", locked ? Tone.GOOD : Tone.WARNING))));
        }
        return parts;
    }

    private static PicturePart.Gauge gauge(String label, Reading reading) {
        double low = Math.min(reading.value(), 0);
        double high = Math.max(reading.value(), reading.unit().end());
        return new PicturePart.Gauge(
                label, reading.value(), low, high, reading.unit().sign(), null);
    }

    private static PicturePart.States states(Building.Room room) {
        boolean light = room.light() > 0;
        return new PicturePart.States(List.of(
                new PicturePart.Row("Light", light ? room.light() + " %" : "off", light ? Tone.GOOD : Tone.OFF),
                new PicturePart.Row("Blinds", room.blindsOpen() ? "open" : "closed", Tone.NORMAL),
                new PicturePart.Row("Set to", round(room.target()) + " °C", Tone.NORMAL)));
    }

    private static String title(List<PicturePart> parts) {
        return parts.stream()
                .filter(PicturePart.Gauge.class::isInstance)
                .map(part -> ((PicturePart.Gauge) part).label())
                .reduce((first, last) -> last)
                .orElse("The building");
    }

    private static double round(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST));
    }
}
