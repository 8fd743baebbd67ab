// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.deadletters.Letter;
import dev.rivulet.registry.deadletters.Letter.State;
import dev.rivulet.registry.deadletters.LetterDesk;
import dev.rivulet.registry.deadletters.LetterStore.Filter;
import dev.rivulet.registry.deadletters.http.LetterView.Listing;
import dev.rivulet.registry.deadletters.http.LetterView.Whole;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** {@code /api/dead-letters}: what readers parked. What is fulfilled already is answered with 200 and changes nothing. */
@RestController
@RequestMapping("/api/dead-letters")
class DeadLetterController {

    private static final int MAX_PAGE = 500;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_WHY = 1000;
    private static final long LONGEST_AGE = 3_650L * 86_400;

    private final LetterDesk desk;
    private final Clock clock;

    DeadLetterController(LetterDesk desk, Clock clock) {
        this.desk = desk;
        this.clock = clock;
    }

    /** Who decides, and why. */
    record Say(@Nullable String by, @Nullable String reason) {

        String named() {
            return bounded(by, "by", LONGEST_NAME);
        }

        String why() {
            return bounded(reason, "reason", LONGEST_WHY);
        }

        private static String bounded(@Nullable String text, String name, int most) {
            if (text != null && (text.length() > most || text.indexOf('\0') >= 0)) {
                throw wrong(name, name + " is a text of up to " + most + " characters.");
            }
            return text == null ? "" : text;
        }
    }

    /** {@code payload} in Protobuf's JSON. */
    record Mended(@Nullable JsonNode payload) {}

    @GetMapping
    Listing list(
            @RequestParam @Nullable String topic,
            @RequestParam @Nullable String reader,
            @RequestParam @Nullable String cause,
            @RequestParam(defaultValue = "parked") String state,
            @RequestParam(name = "older_than_seconds", defaultValue = "0") long olderThan,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw wrong("limit", "limit is 1 to " + MAX_PAGE + ".");
        }
        if (olderThan < 0 || olderThan > LONGEST_AGE) {
            throw wrong("older_than_seconds", "older_than_seconds is 0 to " + LONGEST_AGE + ".");
        }
        Instant before = olderThan == 0 ? null : clock.instant().minusSeconds(olderThan);
        return Listing.of(
                desk.list(new Filter(
                        plain(topic, "topic"),
                        plain(reader, "reader"),
                        plain(cause, "cause"),
                        state(state),
                        before,
                        after,
                        limit)),
                limit);
    }

    @GetMapping("/{id}")
    Whole get(@PathVariable String id) {
        return whole(desk.get(known(id)));
    }

    @PutMapping("/{id}/payload")
    Whole mend(@PathVariable String id, @RequestBody Mended body) {
        JsonNode payload = body.payload();
        if (payload == null || !payload.isObject()) {
            throw wrong("payload", "payload is an object: the event in Protobuf's JSON.");
        }
        return whole(desk.mend(known(id), payload.toString()));
    }

    /** Answers 202: it goes back within moments. */
    @PostMapping("/{id}/replay")
    ResponseEntity<Whole> replay(@PathVariable String id, @RequestBody(required = false) @Nullable Say body) {
        Say said = body == null ? new Say(null, null) : body;
        return decided(desk.replay(known(id), said.named(), said.why()), State.SENDING);
    }

    /** Answers 202: its reader is told within moments. */
    @PostMapping("/{id}/discard")
    ResponseEntity<Whole> discard(@PathVariable String id, @RequestBody Say body) {
        if (body.why().isBlank()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.MISSING_PARAMETER,
                    "reason",
                    "Give the reason: those who look for this event read it."));
        }
        return decided(desk.discard(known(id), body.named(), body.why()), State.DISCARDING);
    }

    private ResponseEntity<Whole> decided(Letter letter, State underWay) {
        return ResponseEntity.status(letter.state() == underWay ? 202 : 200).body(whole(letter));
    }

    private Whole whole(Letter letter) {
        return Whole.of(letter, desk.blockedBy(letter), desk.behind(letter));
    }

    private static @Nullable State state(String wanted) {
        if (wanted.equals("all")) {
            return null;
        }
        State state = State.of(wanted);
        if (state == null) {
            throw wrong("state", "state is parked, sending, replayed, discarding, discarded or all.");
        }
        return state;
    }

    private static @Nullable String plain(@Nullable String text, String name) {
        if (text != null && text.indexOf('\0') >= 0) {
            throw wrong(name, name + " is no such text.");
        }
        return text;
    }

    private static String known(String id) {
        if (!id.matches("d-[0-9a-f]{20}")) {
            throw new ProblemException(Problem.at(ProblemCode.NOT_FOUND, "id", "There is no dead letter of this id."));
        }
        return id;
    }

    private static ProblemException wrong(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
