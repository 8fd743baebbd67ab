// SPDX-License-Identifier: Apache-2.0
/** The audit log of each federation: what happened in its rounds, chained and signed, and served to whoever checks it. */
@NullMarked
@ApplicationModule(allowedDependencies = {"aggregation", "attestation", "handover", "participants", "rounds"})
package dev.rivulet.federation.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
