/**
 * Names that are no public suffix, and have one below them: `windows.net` is Microsoft's own, and below it stands
 * `blob.core.windows.net`, where everybody gets a name. The library answers only what a name ends in, so these are
 * written down here; a test compares them with the installed list. Those of AWS are patterns (shared-suffix.ts).
 *
 * Source: the Public Suffix List as tldts 7.5.5 carries it (decision 0007).
 */
export function isAbovePublicSuffix(name: string): boolean {
  return ABOVE.has(name);
}

const ABOVE: ReadonlySet<string> = new Set(
  `
  devs.ai evervault.app railway.app funkfeuer.at ortsinfo.at cloudlets.com.au brendly.ba
  interhostsolutions.be kuleuven.be grok.bot emf.camp nabu.casa spawn.cc cloudscale.ch lpg.cloudscale.ch
  rma.cloudscale.ch flow.ch ae.flow.ch objectstorage.ch axarnet.cloud encoway.cloud jelastic.cloud
  jenv-aruba.cloud aruba.jenv-aruba.cloud eur.aruba.jenv-aruba.cloud k2.cloud ru-msk.k2.cloud
  ru-spb.k2.cloud onstackit.cloud reclaim.cloud scw.cloud baremetal.scw.cloud fr-par.scw.cloud
  instances.scw.cloud nl-ams.scw.cloud pl-waw.scw.cloud trendhosting.cloud canvasite.cn quickconnect.cn
  rdpa.co clever-cloud.com code.com databricksapps.com datadetect.com emergentagent.com evennode.com
  fbsbx.com fin-ncloudstorage.com object.fin-ncloudstorage.com private.fin-ncloudstorage.com
  object.private.fin-ncloudstorage.com gov-ncloudstorage.com object.gov-ncloudstorage.com
  private.gov-ncloudstorage.com object.private.gov-ncloudstorage.com hosted-by-previder.com hosteur.com
  ik-server.com jelastic.com linode.com linodeusercontent.com massivegrid.com mythic-beasts.com ncloud.com
  objectstorage.ncloud.com ncloudstorage.com object.ncloudstorage.com private.ncloudstorage.com
  object.private.ncloudstorage.com website.ncloudstorage.com ncpstorage.com object.ncpstorage.com
  jp4.object.ncpstorage.com jp5.object.ncpstorage.com private.ncpstorage.com object.private.ncpstorage.com
  jp4.object.private.ncpstorage.com jp5.object.private.ncpstorage.com nospamproxy.com
  observableusercontent.com prgmr.com project-study.com render.com salesforce.com platform.salesforce.com
  code-builder-stg.platform.salesforce.com test.code-builder-stg.platform.salesforce.com tb-hosting.com
  typeform.com wafaicloud.com wiardweb.com scaleforce.com.cy contentproxy9.cz metacentrum.cz muni.cz
  cloud.muni.cz cosidns.de hs-heilbronn.de it.hs-heilbronn.de noc.ruhr-uni-bochum.de speedpartner.de
  crm.dev evervault.dev localcert.dev storage.dev storageapi.dev rit.edu tawk.email tawkto.email dogado.eu
  party.eus cloudplatform.fi ply.gg amba.host brendly.hr beebyte.io beebyteapp.io bubble.io dappnode.io
  forgerock.io lair.io nodeart.io rb-hosting.io resinstaging.io scrypted.io thingdust.io dev.thingdust.io
  disrec.thingdust.io prod.thingdust.io testing.thingdust.io neen.it aseinet.ne.jp sakurastorage.jp
  isk01.sakurastorage.jp isk02.sakurastorage.jp webaccel.jp nftstorage.link storacha.link w3s.link hooc.me
  transip.me her.name his.name atlassian-dev.net prod.atlassian-dev.net cdn77.net cloudflareanycast.net
  cloudflarecn.net cloudflareglobal.net elastx.net fastly.net prod.fastly.net ssl.fastly.net hrsn.net
  massivegrid.net paas.massivegrid.net mynetname.net ovh.net saveincloud.net scaleforce.net srcf.net
  usgovcloudapi.net core.usgovcloudapi.net jelastic.vps-host.net windows.net core.windows.net akershus.no
  buskerud.no hedmark.no hordaland.no more-og-romsdal.no nordland.no ostfold.no telemark.no vestfold.no
  xn--mre-og-romsdal-qqb.no xn--stfold-9xa.no cdn77.org cdn77-secure.org origin.cdn77-secure.org
  fedoraproject.org os.fedoraproject.org stg.fedoraproject.org os.stg.fedoraproject.org teckids.org
  enter.pro brendly.rs cldmail.ru platform.sh canva.site quickconnect.to addr.tools layershift.co.uk
  retrosnub.co.uk databricksapps.us enscaled.us
  `
    .trim()
    .split(/\s+/),
);
