// SPDX-License-Identifier: Apache-2.0
/** What a device must show of its software before it may enrol. */
@NullMarked
@ApplicationModule(allowedDependencies = {"edge", "participants"})
package dev.rivulet.federation.attestation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
