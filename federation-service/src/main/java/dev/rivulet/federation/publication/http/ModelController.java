// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication.http;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Layout.Range;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceCall;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.publication.ServerStates;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Published versions as bytes: whole, with {@code Range} to go on after a cut, or a layer at a time. */
@RestController
@RequestMapping("/federation/v1/models/{version}")
class ModelController {

    private final Models models;
    private final ServerStates states;

    ModelController(Models models, ServerStates states) {
        this.models = models;
        this.states = states;
    }

    @GetMapping
    ResponseEntity<Object> whole(@PathVariable String version, DeviceCall call, @RequestHeader HttpHeaders headers) {
        ModelVersion found = found(call.participant(), version);
        boolean part = headers.containsHeader(HttpHeaders.RANGE);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .eTag(found.sha256())
                .body(part ? new FileSystemResource(models.file(found)) : models.bytes(found));
    }

    /** @param layer index in the model's tensors */
    @GetMapping("/layers/{layer}")
    ResponseEntity<byte[]> layer(@PathVariable String version, @PathVariable String layer, DeviceCall call) {
        ModelVersion found = found(call.participant(), version);
        Layout layout = models.layout(found.federation()).orElseThrow();
        long index = number(layer);
        if (index >= layout.tensors().size()) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "the model has no such layer");
        }
        Range range = layout.range(layout.tensors().get((int) index).name()).orElseThrow();
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(models.read(found, 4L * range.from(), 4L * (range.to() - range.from())));
    }

    /** SCAFFOLD's control variate that goes with a version, in the form of a model; zeros if there is none. */
    @GetMapping("/control")
    ResponseEntity<byte[]> control(@PathVariable String version, DeviceCall call) {
        ModelVersion found = found(call.participant(), version);
        Layout layout = models.layout(found.federation()).orElseThrow();
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(states.control(found.federation(), found.version(), layout));
    }

    private ModelVersion found(Device device, String version) {
        return models.published(device.federation(), number(version))
                .orElseThrow(() -> new RefusedException(RefusalCode.NOT_FOUND, "the model has no such version"));
    }

    private static long number(String text) {
        try {
            long number = Long.parseLong(text);
            return number < 0 ? Long.MAX_VALUE : number;
        } catch (NumberFormatException e) {
            throw new RefusedException(RefusalCode.NOT_FOUND, "a number is expected in the path");
        }
    }
}
