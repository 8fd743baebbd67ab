// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation.http;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceCall;
import dev.rivulet.federation.secureaggregation.SecureCalls;
import dev.rivulet.federation.secureaggregation.Step;
import java.util.concurrent.Executors;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A step's message is answered with the next step's when the step has closed: 200, or 204 after the longest wait. */
@RestController
@RequestMapping("/federation/v1/rounds/{round}/secure")
class SecureController {

    private final SecureCalls calls;
    private final Scheduler blocking = Schedulers.fromExecutor(Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("secure-", 0).factory()));

    SecureController(SecureCalls calls) {
        this.calls = calls;
    }

    @PostMapping("/{step}")
    Mono<ResponseEntity<byte[]>> send(@PathVariable String round, @PathVariable String step, DeviceCall call) {
        Device device = call.participant();
        long number = number(round);
        Step at = Step.of(step).orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "there is no such step"));
        return Mono.fromCallable(() -> calls.send(device, number, at, call.body()))
                .subscribeOn(blocking)
                .flatMap(Mono::fromFuture)
                .map(answer -> answer.map(SecureController::answer)
                        .orElseGet(() -> ResponseEntity.noContent()
                                .cacheControl(CacheControl.noStore())
                                .build()));
    }

    private static ResponseEntity<byte[]> answer(byte[] bytes) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(bytes);
    }

    private static long number(String round) {
        try {
            return Long.parseLong(round);
        } catch (NumberFormatException e) {
            throw new RefusedException(RefusalCode.UNKNOWN_ROUND, "a round is a number");
        }
    }
}
