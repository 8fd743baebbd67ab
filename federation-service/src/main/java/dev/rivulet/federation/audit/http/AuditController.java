// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.audit.http;

import dev.rivulet.audit.Checkpoint;
import dev.rivulet.federation.audit.AuditLogs;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** A federation's log as it is in the database, for {@code ./rivulet federate verify}. */
@RestController
@RequestMapping("/api/federations/{name}/audit")
class AuditController {

    /** Lines that are in memory at once; the longest has 1 MiB. */
    private static final int PAGE = 16;

    private static final MediaType LINES = MediaType.parseMediaType("application/jsonl;charset=UTF-8");

    private final AuditLogs logs;

    AuditController(AuditLogs logs) {
        this.logs = logs;
    }

    /** The whole log, as fast as the reader takes it; ends between two lines. */
    @GetMapping
    ResponseEntity<Flux<String>> download(@PathVariable String name) {
        requireLog(name);
        Flux<String> lines = Flux.<List<String>, Long>generate(() -> 0L, (from, sink) -> {
                    List<String> page = logs.lines(name, from, PAGE);
                    if (page.isEmpty()) {
                        sink.complete();
                    } else {
                        sink.next(page);
                    }
                    return from + page.size();
                })
                .subscribeOn(Schedulers.boundedElastic())
                .map(page -> String.join("\n", page) + "\n");
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + ".audit.jsonl\"")
                .contentType(LINES)
                .body(lines);
    }

    /** How long the log is now, signed: whoever keeps it finds a log that was cut off. */
    @GetMapping("/checkpoint")
    ResponseEntity<String> checkpoint(@PathVariable String name) {
        Checkpoint checkpoint = logs.checkpoint(name).orElseThrow(AuditController::unknown);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(checkpoint.line() + "\n");
    }

    /** The public key in PEM. Compare it with what its keeper says by another way. */
    @GetMapping("/key")
    ResponseEntity<String> key(@PathVariable String name) {
        requireLog(name);
        return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(logs.publicKey());
    }

    private void requireLog(String name) {
        if (!logs.exists(name)) {
            throw unknown();
        }
    }

    private static ProblemException unknown() {
        return new ProblemException(Problem.at(ProblemCode.NOT_FOUND, "name", "There is no such federation."));
    }
}
