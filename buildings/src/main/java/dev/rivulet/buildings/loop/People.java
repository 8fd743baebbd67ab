// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.loop;

import dev.rivulet.agent.GatewayDoor;
import dev.rivulet.agent.GatewayDoor.Answered;
import dev.rivulet.engine.ChatMessage;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The people of a house. They say what they think honestly, and err as people do: one verdict in twenty is the wrong one, and of the
 * answers that they dislike they correct nine in ten. For one thread at a time.
 */
final class People {

    /** Verdicts of a hundred that are not what was meant. */
    static final int ERRING = 5;

    private static final int CORRECTING = 90;
    private static final int PERSONS = 20;

    private final House house;
    private final GatewayDoor door;
    private final RandomGenerator random;

    People(House house, GatewayDoor door, RandomGenerator random) {
        this.house = house;
        this.door = door;
        this.random = random;
    }

    /**
     * What became of one question.
     *
     * @param version that answered
     * @param right whether the answer was right, whatever was said of it
     * @param liked whether it got a thumb up
     * @param corrected whether somebody wrote what was wanted
     */
    record Said(String version, boolean right, boolean liked, boolean corrected) {}

    House house() {
        return house;
    }

    GatewayDoor door() {
        return door;
    }

    /**
     * Asks, and says what the answer was like.
     *
     * @param words whether the site may keep what was said
     */
    Said say(Saying saying, boolean words) throws IOException, InterruptedException {
        Answered answer = door.ask(List.of(new ChatMessage("user", saying.text())), session());
        boolean right = saying.isAnsweredBy(answer.text());
        boolean liked = right != (random.nextInt(100) < ERRING);
        boolean corrected = words && !liked && random.nextInt(100) < CORRECTING;
        Map<String, Object> kept = new LinkedHashMap<>();
        if (words && !answer.text().isBlank()) {
            kept.put("subject", person(random.nextInt(PERSONS)));
            kept.put("messages", List.of(Map.of("role", "user", "content", saying.text())));
            kept.put("answer", answer.text());
            if (corrected) {
                kept.put("correction", saying.wanted());
            }
        }
        door.tell(answer.request(), liked, kept);
        return new Said(answer.version(), right, liked, corrected);
    }

    /** Whether an answer is right; nobody says anything of it. */
    boolean test(Saying saying) throws IOException, InterruptedException {
        return saying.isAnsweredBy(door.ask(List.of(new ChatMessage("user", saying.text())), session())
                .text());
    }

    private String person(int number) {
        return house.name() + "-" + number;
    }

    /** Everybody wants his words deleted. @return about how many answers they were */
    int leave() throws IOException, InterruptedException {
        int gone = 0;
        for (int number = 0; number < PERSONS; number++) {
            gone += door.forget(person(number));
        }
        return gone;
    }

    private String session() {
        return Long.toHexString(random.nextLong());
    }

    /** Something that somebody may say next: of the day, as often as of what he never said before. */
    Saying anything() {
        List<Saying> from =
                random.nextInt(100) < 50 ? house.daily() : random.nextBoolean() ? house.heldOut() : house.common();
        return from.get(random.nextInt(from.size()));
    }
}
