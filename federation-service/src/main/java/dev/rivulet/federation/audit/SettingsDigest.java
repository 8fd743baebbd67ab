// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.audit;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federation.rounds.FederationSettings;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** SHA-256 of a federation's settings as {@code GET /api/federations/{name}} writes them: JSON in UTF-8 without spaces. */
@Component
class SettingsDigest {

    private final JsonMapper json;

    SettingsDigest(JsonMapper json) {
        this.json = json;
    }

    String of(FederationSettings settings) {
        return DeviceKeys.sha256(json.writeValueAsBytes(settings));
    }
}
