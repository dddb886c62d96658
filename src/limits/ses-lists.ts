// Fields that may stand once by the standards, and the extensions of files that Amazon SES does not take. What SES
// itself takes once stands with the other names of fields.

/** Fields that standards allow once: RFC 5322 s3.6, RFC 2045 s3, RFC 2183, RFC 2369 s2, RFC 2919, RFC 8058. */
export const standardOnceOnly: readonly string[] = Object.freeze(
  `Date From Sender Reply-To To Cc Bcc Message-ID In-Reply-To References Subject MIME-Version Content-Type
  Content-Transfer-Encoding Content-ID Content-Description Content-Disposition List-Archive List-Help List-Id
  List-Owner List-Post List-Subscribe List-Unsubscribe List-Unsubscribe-Post Auto-Submitted`.split(/\s+/),
);

/** Extensions of files that SES refuses ("Amazon SES unsupported attachment types"), lower case, without a period. */
export const sesBlockedExtensions: readonly string[] = Object.freeze(
  `ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk mad
  maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml msi msp mst
  ops pcd pif plg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 reg scf scr sct shb shs sys tmp url vb vbe vbs vps vsmacros
  vss vst vsw vxd ws wsc wsf wsh xnk`.split(/\s+/),
);
