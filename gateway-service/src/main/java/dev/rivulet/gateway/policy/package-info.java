// SPDX-License-Identifier: Apache-2.0
/** What may be asked and answered: filters over the texts of requests and answers that flag, redact or block. */
@NullMarked
@ApplicationModule(
        displayName = "Policy",
        allowedDependencies = {"exchange", "identity"})
package dev.rivulet.gateway.policy;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
